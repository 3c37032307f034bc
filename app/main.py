"""The page that `panel serve app` serves: one lab for each session."""

from app.lab import Lab

Lab().servable()
