// A text and a button that copies it. Where the browser refuses (no https, no permission), the text
// is marked, so that the keys for copying take it.
function copy_field(text_field, told) {
  const button = document.createElement("button")
  button.type = "button"
  button.textContent = "Copy"
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text_field.value)
      told.textContent = "Copied."
      return true
    } catch {
      text_field.focus()
      text_field.select()
      const keys = /Mac|iP/.test(navigator.platform) ? "⌘C" : "Ctrl+C"
      told.textContent = `The browser does not let a page copy: the text is marked, press ${keys}.`
      return false
    }
  }
  button.addEventListener("click", copy)
  return {button, copy}
}

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  element.append(...children)
  return element
}

// The browser's own parts of a form (lists, boxes, bars) are told whether the page is dark.
function dress(form) {
  requestAnimationFrame(() => {
    const [r, g, b] = getComputedStyle(form).color.match(/[\d.]+/g).map(Number)
    form.style.colorScheme = r + g + b > 380 ? "dark" : "light"
  })
  return form
}
