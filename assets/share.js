const STATES = ["free", "locked", "hidden"]

export function render({model}) {
  const link = make("input", {type: "text", readonly: "", "aria-label": "Link to this page", class: "link"})
  const told = make("div", {class: "told", role: "status"})
  const {button, copy} = copy_field(link, told)
  button.removeEventListener("click", copy)
  button.addEventListener("click", async () => { if (await copy()) model.copied += 1 })
  const play = make("input", {type: "checkbox", class: "play-it"})
  const table = make("table")

  const chosen = {}
  const show = () => {
    const list = (state) => model.knobs.map(([name]) => name).filter((name) => chosen[name] === state)
    const parts = [model.query]
    if (list("locked").length) parts.push("lock=" + list("locked").join(","))
    if (list("hidden").length) parts.push("hide=" + list("hidden").join(","))
    if (play.checked) parts.push("play=1")
    link.value = window.location.origin + window.location.pathname + "?" + parts.join("&")
    told.textContent = ""
  }

  const cell = (name, words, state) => {
    const radio = make("input", {type: "radio", name, value: state, "aria-label": `${words}: ${state}`})
    radio.checked = chosen[name] === state
    radio.addEventListener("change", () => { chosen[name] = state; show() })
    return make("td", {}, radio)
  }

  const fill = () => {
    const body = make("tbody")
    let group = null
    for (const [name, words, title, state] of model.knobs) {
      chosen[name] ??= state
      if (title !== group)
        body.append(make("tr", {class: "group"}, make("th", {colspan: 4, scope: "rowgroup"}, title)))
      group = title
      const cells = STATES.map((one) => cell(name, words, one))
      body.append(make("tr", {class: `knob knob-${name}`}, make("th", {scope: "row"}, words), ...cells))
    }
    const heads = ["control", ...STATES].map((word) => make("th", {scope: "col"}, word))
    table.replaceChildren(make("thead", {}, make("tr", {}, ...heads)), body)
    show()
  }

  play.addEventListener("change", show)
  model.on("knobs", fill)
  model.on("query", show)
  fill()
  return dress(make("div", {},
    make("p", {}, "Opens the same run with the same figures, from step 0."),
    make("div", {class: "copy"}, link, button), told,
    make("label", {class: "play"}, play, "start playing by itself"),
    make("details", {}, make("summary", {}, "Lock or hide controls, for homework"),
      make("p", {}, "A locked control shows its value and cannot be used; a hidden one is not there."),
      table)))
}
