// Draws the town's mark as PNG for home screens, from the strokes and circles of its own SVG.

import { deflateSync } from "node:zlib";

const STEPS = 24; // pieces of an arc

/** The numbers of an attribute's text. */
const numbers = (text) => (text.match(/-?\d*\.?\d+/g) ?? []).map(Number);
const attribute = (tag, name) => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? "";
const colourOf = (text) => [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16));

/** A quarter of a circle that begins upwards or downwards, clockwise on the screen. */
function quarter([x, y], [toX], radius) {
  const middle = [toX, y];
  const from = Math.atan2(y - middle[1], x - middle[0]);
  return Array.from({ length: STEPS }, (_, step) => {
    const angle = from + ((step + 1) / STEPS) * (Math.PI / 2);
    return [middle[0] + radius * Math.cos(angle), middle[1] + radius * Math.sin(angle)];
  });
}

/** The line of a path of `M`, `V`, `h` and a quarter `a`; anything else is refused, so that no icon is drawn wrong. */
function lineOf(path) {
  const line = [];
  for (const [, letter, rest] of path.matchAll(/([A-Za-z])([^A-Za-z]*)/g)) {
    const [x, y] = line.at(-1) ?? [0, 0];
    const told = numbers(rest);
    if (letter === "M") line.push([told[0], told[1]]);
    else if (letter === "V") line.push([x, told[0]]);
    else if (letter === "h") line.push([x + told[0], y]);
    else if (letter === "a") {
      const [radius, other, , , , right, down] = spread(rest);
      if (radius !== other || Math.abs(right) !== radius || Math.abs(down) !== radius) throw new Error("the mark has an arc that is no quarter");
      line.push(...quarter([x, y], [x + right, y + down], radius));
    } else throw new Error(`the mark has a ${letter} that is not drawn`);
  }
  return line;
}

/** The seven numbers of an arc; its two flags may stand without a space: `0 0 19-9` is 0, 0, 1, 9, -9. */
function spread(text) {
  const found = /^\s*(\S+) (\S+) (\S+) ([01]) ?([01]) ?(-?[\d.]+)[ ,]?(-?[\d.]+)/.exec(text.replaceAll(/(\d)-/g, "$1 -"));
  if (!found) throw new Error("the mark has an arc that cannot be read");
  return found.slice(1).map(Number);
}

function shapesOf(svg) {
  const paths = [...svg.matchAll(/<path[^>]*>/g)].map(([tag]) => ({
    colour: colourOf(attribute(tag, "stroke")),
    reach: Number(attribute(tag, "stroke-width")) / 2,
    line: lineOf(attribute(tag, "d")),
  }));
  const circles = [...svg.matchAll(/<circle[^>]*>/g)].map(([tag]) => ({
    colour: colourOf(attribute(tag, "fill")),
    reach: Number(attribute(tag, "r")),
    line: [[Number(attribute(tag, "cx")), Number(attribute(tag, "cy"))]],
  }));
  return [...paths, ...circles];
}

function fromLine(line, x, y) {
  let least = Math.hypot(x - line[0][0], y - line[0][1]);
  for (let place = 1; place < line.length; place += 1) {
    const [[ax, ay], [bx, by]] = [line[place - 1], line[place]];
    const length = (bx - ax) ** 2 + (by - ay) ** 2;
    const share = length ? Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length)) : 0;
    least = Math.min(least, Math.hypot(x - ax - share * (bx - ax), y - ay - share * (by - ay)));
  }
  return least;
}

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(checksum(body), body.length + 4);
  return framed;
}

function checksum(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}

/** A square PNG of the mark on a ground; `share` of the side is the mark, the rest is room that a telephone may cut off. */
export function icon(svg, { size, share, ground }) {
  const shapes = shapesOf(svg);
  const side = numbers(attribute(svg, "viewBox"))[2];
  const scale = (size * share) / side;
  const edge = (size * (1 - share)) / 2;
  const rows = Buffer.alloc(size * (size * 3 + 1));
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      let colour = colourOf(ground);
      const at = [(column + 0.5 - edge) / scale, (row + 0.5 - edge) / scale];
      for (const { line, reach, colour: own } of shapes) {
        const cover = Math.min(1, Math.max(0, (reach - fromLine(line, ...at)) * scale + 0.5));
        if (cover > 0) colour = colour.map((value, part) => Math.round(value + (own[part] - value) * cover));
      }
      rows.set(colour, row * (size * 3 + 1) + 1 + column * 3);
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const start = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([start, chunk("IHDR", head), chunk("IDAT", deflateSync(rows, { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}
