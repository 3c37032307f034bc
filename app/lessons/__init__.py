"""Lessons: a scene of the course as the page shows it, and the measuring of its numbers."""
