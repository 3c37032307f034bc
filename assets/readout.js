// Labelled numbers in one line. Only what has changed is written, and that ten times a second: more
// nobody reads, and each time the line is laid out anew.
//
// labels: what stands before each number, or one sentence
// values: the numbers
const PAUSE = 100  // ms

export function render({model}) {
  const line = document.createElement("div")
  line.className = "wf-readout"
  let labels = []
  const write = () => {
    if (labels.join("\n") != model.labels.join("\n") || line.querySelectorAll("b").length != model.values.length) {
      labels = model.labels
      line.replaceChildren(...labels.map((label, i) => {
        const span = document.createElement("span")
        span.append(`${label} `)
        if (i < model.values.length) span.append(document.createElement("b"))
        return span
      }))
    }
    line.querySelectorAll("b").forEach((number, i) => {
      if (number.textContent != model.values[i]) number.textContent = model.values[i]
    })
  }
  let written = -PAUSE
  let timer = null
  const write_soon = () => {
    timer ??= setTimeout(() => {
      timer = null
      written = performance.now()
      write()
    }, written + PAUSE - performance.now())
  }
  model.on("labels", write_soon)
  model.on("values", write_soon)
  model.on("remove", () => clearTimeout(timer))
  write()
  return line
}
