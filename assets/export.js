export function render({model}) {
  const told = make("div", {class: "told", role: "status"})
  const bar = make("progress", {max: 1, "aria-label": "How far the export is"})
  const cancel = make("button", {type: "button", class: "quiet cancel"}, "Cancel")
  const busy = make("div", {class: "busy"}, bar, cancel)
  cancel.addEventListener("click", () => model.send_msg({cancel: true}))

  const figure = make("select", {"aria-label": "Figure", class: "figure"})
  const buttons = []
  let clicked = null
  const button = ([name, label]) => {
    const made = make("button", {type: "button", class: `quiet make make-${name}`}, label)
    made.addEventListener("click", () => {
      clicked = made
      model.send_msg({make: name, figure: figure.value})
    })
    buttons.push(made)
    return made
  }

  const groups = make("div")
  let title = null
  for (const format of model.formats) {
    if (format[3] !== title) {
      title = format[3]
      groups.append(make("h3", {}, title))
      if (title === "Figure") groups.append(figure)
    }
    groups.append(make("div", {class: "format"}, button(format), make("span", {}, format[2])))
  }

  const text = make("textarea", {readonly: "", spellcheck: "false", "aria-label": "The run as Python"})
  const {button: again, copy} = copy_field(text, told)
  const script = make("div", {class: "script"}, text, again)

  const show_figures = () => figure.replaceChildren(
    ...model.figures.map(([name, words]) => make("option", {value: name}, words)))
  const show_state = () => {
    if (model.told) told.textContent = model.told
    bar.value = model.share
    busy.style.visibility = model.busy ? "visible" : "hidden"
    // What is disabled or hidden loses the focus, and keys (Escape closes) would go nowhere.
    const {activeElement: focused} = busy.getRootNode()
    const focus = model.busy && focused === clicked ? cancel : focused === cancel ? clicked : null
    for (const one of buttons) one.disabled = model.busy !== ""
    if (model.busy || focus === clicked) focus?.focus()
  }
  const show_script = () => {
    script.hidden = model.script === ""
    text.value = model.script
    told.textContent = model.told
    if (model.script) { copy(); script.scrollIntoView({block: "nearest"}) }
  }
  model.on("figures", show_figures)
  for (const name of ["busy", "share", "told"]) model.on(name, show_state)
  model.on("script", show_script)
  show_figures()
  show_state()
  show_script()
  return dress(make("div", {}, groups, busy, told, script))
}
