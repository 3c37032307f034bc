// Writes a tick of an axis as short as it can be; Bokeh writes 1.000e+5. Large and tiny numbers have
// a power of ten: on a linear axis the same one for all, on a logarithmic one each its own.
//
// log: whether the axis is logarithmic
const SIGNS = {"-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹"}
const raised = (power) => "10" + [...String(power)].map(sign => SIGNS[sign]).join("")
const plain = (number) => String(Number(number.toPrecision(6))).replace("-", "−")
const order = (number) => Math.floor(Math.log10(number) + 1e-9)

const is_power = (number) => Math.abs(number/10**order(number) - 1) < 1e-6
if (log && ticks.every(is_power)) return raised(order(tick))
const leading = log ? tick : Math.max(...ticks.map(Math.abs))
const power = order(leading)
if (tick == 0 || (leading < 1e5 && leading >= 1e-3)) return plain(tick)
return `${plain(tick/10**power)}·${raised(power)}`
