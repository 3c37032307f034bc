// The card of a lesson. model.lesson: its texts; model.differing: [label, value, value of the scene]
// of each knob that differs; model.answer: {chosen, right, text} once revealed. Messages to Python:
// {next | previous | close | back | reveal: true}, {bookmark: k}, {predict: k}. Event wf-lesson on the
// document folds the card, or unfolds it. copy.js and typeset.js stand before this.
const NARROW = 700, MIDDLE = 1200

export function render({model}) {
  const abort = new AbortController()
  const root = make("article", {class: "lesson", "aria-label": "Lesson"})
  const send = (message) => model.send_msg(message)
  const button = (words, name, act, title = "") => {
    const made = make("button", {type: "button", class: name, ...(title && {title, "aria-label": title})}, words)
    made.addEventListener("click", act)
    return made
  }
  let folded = false, changed = null, question = null

  const fold = (yes) => {
    folded = yes
    root.classList.toggle("folded", yes)
    const panel = root.getRootNode().host?.getRootNode().host
    panel?.toggleAttribute("data-wf-folded", yes)
    const toggle = root.querySelector(".fold")
    toggle?.setAttribute("aria-expanded", String(!yes))
    if (toggle) toggle.textContent = yes ? "▴" : "▾"
  }

  const head = ({chapter, place, title, previous, next}) => {
    const before = button("‹", "quiet previous", () => send({previous: true}), previous && `Previous: ${previous}`)
    const after = button("›", "quiet next", () => send({next: true}), next && `Next: ${next}`)
    before.disabled = !previous
    after.disabled = !next
    const toggle = button("▾", "quiet fold", () => fold(!folded), "Fold the lesson, or unfold it (L)")
    const close = button("✕", "quiet close", () => send({close: true}), "Close the lesson")
    return make("header", {},
      make("div", {class: "bar"},
        make("span", {class: "chapter"}, `${chapter} · ${place}`), before, after, toggle, close),
      make("h2", {}, ...typeset(title)))
  }

  const ask = ({ask, choices}) => {
    const list = choices.map((choice, k) => {
      const radio = make("input", {type: "radio", name: "choice", value: k})
      radio.addEventListener("change", () => send({predict: k}))
      return make("label", {class: `choice choice-${k}`}, radio, make("span", {}, ...typeset(choice)))
    })
    const told = make("div", {class: "reveal-text", role: "status"})
    const reveal = button("Reveal", "quiet reveal", () => send({reveal: true}))
    return make("section", {class: "question", "aria-label": "Question"},
      make("h3", {}, "Predict first"), make("p", {}, ...typeset(ask)),
      make("fieldset", {}, make("legend", {class: "unseen"}, "Choices"), ...list), reveal, told)
  }
  const show_answer = () => {
    const {right, chosen, text} = model.answer ?? {}
    if (!question || text === undefined) return
    question.querySelectorAll(".choice").forEach((choice, k) => {
      choice.querySelector("input").disabled = true
      choice.classList.toggle("right", k === right)
      choice.classList.toggle("wrong", k === chosen && k !== right)
    })
    question.querySelector(".reveal").hidden = true
    const verdict = chosen == null ? "" : chosen === right ? "Right. " : "Not so. "
    question.querySelector(".reveal-text").replaceChildren(
      make("p", {}, make("strong", {}, verdict), ...typeset(text)))
  }

  const marks = (bookmarks) => make("ol", {class: "bookmarks"}, ...bookmarks.map(({step, text}, k) => {
    const go = button(`step ${step.toLocaleString("en")}`, `quiet bookmark bookmark-${k}`, () => {
      root.querySelectorAll(".bookmark").forEach((one) => one.removeAttribute("aria-current"))
      go.setAttribute("aria-current", "step")
      send({bookmark: k})
    })
    return make("li", {}, go, make("span", {}, ...typeset(text)))
  }))
  const part = (title, name, ...inside) =>
    make("section", {class: name}, make("h3", {}, title), ...inside)

  const show_differing = () => {
    const list = model.differing
    changed.hidden = !list.length
    const words = list.map(([name, now, then]) => make("li", {}, `${name} is ${now}, not ${then}`))
    changed.replaceChildren(make("p", {}, "Changed from the scene:"), make("ul", {}, ...words),
      button("Back to the scene", "quiet back", () => send({back: true})))
  }

  const fill = () => {
    const lesson = model.lesson
    document.documentElement.toggleAttribute("data-wf-lesson", !!lesson)
    if (!lesson) return
    changed = make("section", {class: "changed", role: "status"})
    question = lesson.question && ask(lesson.question)
    const body = make("div", {class: "body"}, changed, ...(question ? [question] : []))
    body.append(part("Lesson", "words", make("p", {}, ...typeset(lesson.lesson)),
      ...(lesson.formula ? display_formula(lesson.formula) : [])))
    if (lesson.look.length) {
      const items = lesson.look.map((text) => make("li", {}, ...typeset(text)))
      body.append(part("What to look at", "look", make("ol", {}, ...items)))
    }
    if (lesson.bookmarks.length) body.append(part("Go to", "marks", marks(lesson.bookmarks)))
    if (lesson.lecturer) {
      body.append(make("details", {class: "lecturer"}, make("summary", {}, "For the lecturer"),
        make("p", {}, ...typeset(lesson.lecturer))))
    }
    body.append(make("p", {class: "source"}, "Source: ", ...typeset(lesson.source)))
    root.replaceChildren(head(lesson), body)
    show_differing()
    show_answer()
    fold(folded)
  }
  // Where there is no room for controls, figures and lesson, the controls make room.
  const make_room = () => {
    if (window.innerWidth >= MIDDLE) return
    for (const doc of Bokeh.documents)
      for (const other of doc._all_models.values())
        if (other.data?.sidebar_open !== undefined) other.data.sidebar_open = false
  }

  model.on("lesson", () => { fill(); if (model.lesson) root.scrollIntoView({block: "nearest"}) })
  model.on("differing", show_differing)
  model.on("answer", show_answer)
  document.addEventListener("wf-lesson", () => fold(!folded), {signal: abort.signal})
  model.on("remove", () => {
    abort.abort()
    document.documentElement.removeAttribute("data-wf-lesson")
  })
  fill()
  requestAnimationFrame(() => { make_room(); fold(window.innerWidth < NARROW) })
  return dress(root)
}
