// Labelled numbers in one line. Only what has changed is written.
//
// labels: what stands before each number, or one sentence
// values: the numbers
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
  model.on("labels", write)
  model.on("values", write)
  write()
  return line
}
