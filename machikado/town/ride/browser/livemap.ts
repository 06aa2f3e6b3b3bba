/** Moves the buses on the map and in the list beside it by small answers, and the line of now in the day by vehicle. */

import { type GeoJSONSource, type LayerSpecification, Map as View, Marker, setWorkerUrl } from "maplibre-gl";

import { bounds, options, orSay, painted, type Spot, style } from "./map/ground";

/** Code, latitude and longitude in hundred-thousandths, heading, age in minutes (-1: estimated), next call, minutes late. */
type Vector = [string, number, number, number, number, number, number];
interface Moves {
  t: number;
  w: number;
  p: string;
  v: Vector[];
  out?: string[]; // who is out, where that may have changed
}
interface Way {
  mark: string;
  from: number;
  calls: [string, string, number][];
  legs: number[][];
}
interface Ways {
  p: string;
  buses: Record<string, Way>;
}
interface Bus {
  row: HTMLElement;
  marker: Marker;
  mark: SVGElement;
  at: Spot;
  way?: Way;
  next: number;
}

const DEGREE = 100_000;
const GLIDE_MS = 1000;
const SVG = "http://www.w3.org/2000/svg";
const COLOURS = ["chart-1", "chart-2", "chart-5", "map-label", "good"];
const DASHES = [[1], [3, 1.5], [0.2, 1.8]];

function lineLayers(): LayerSpecification[] {
  const round = { "line-cap": "round" as const, "line-join": "round" as const };
  const halo: LayerSpecification = { id: "halo", type: "line", source: "ways", layout: round, paint: { "line-color": painted("map-halo"), "line-width": 8 } };
  const ways = DASHES.flatMap((dash, number) =>
    [true, false].map((soon): LayerSpecification => ({
      id: `ways-${number}-${soon ? "soon" : "later"}`,
      type: "line",
      source: "ways",
      filter: ["all", ["==", ["get", "dash"], number], ["==", ["get", "soon"], soon]],
      layout: round,
      paint: { "line-color": ["get", "colour"], "line-width": soon ? 5 : 2.5, "line-opacity": soon ? 1 : 0.7, ...(number ? { "line-dasharray": dash } : {}) },
    })),
  );
  return [halo, ...ways];
}

/** The line of a leg, which is sent as steps. */
function decoded(steps: number[]): Spot[] {
  const line: Spot[] = [];
  let [lat, lon] = [0, 0];
  for (let place = 0; place + 1 < steps.length; place += 2) {
    lat += steps[place] ?? 0;
    lon += steps[place + 1] ?? 0;
    line.push([lon / DEGREE, lat / DEGREE]);
  }
  return line;
}

class Board {
  private readonly buses = new Map<string, Bus>();
  private since = 0;
  private plan = "";
  private shownAt = "";
  private readonly colours = COLOURS.map(painted);

  constructor(
    private readonly page: HTMLElement,
    private readonly view: View | null, // where no map can be drawn, the list goes on alone
  ) {
    for (const row of page.querySelectorAll<HTMLElement>("[data-bus]")) this.add(row);
  }

  /** Asks, shows, and asks again after as long as the answer says; a page that nobody sees does not ask. */
  async run(): Promise<void> {
    let wait = Number(this.page.dataset["every"]) || 10;
    if (!document.hidden) {
      try {
        const answer = await this.ask<Moves>(this.page.dataset["moves"] ?? "", this.since ? `since=${this.since}` : "");
        wait = answer.w;
        await this.show(answer);
        this.cut(false);
      } catch (fault) {
        console.warn("no answer", fault);
        this.cut(true);
      }
    }
    setTimeout(() => void this.run(), wait * 1000);
  }

  private async ask<T>(path: string, query: string): Promise<T> {
    const answer = await fetch(query ? `${path}?${query}` : path, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.json()) as T;
  }

  private async show(moves: Moves): Promise<void> {
    const out = moves.out ?? [...this.buses.keys()];
    if (out.length !== this.buses.size || out.some((code) => !this.buses.has(code))) return location.reload();
    const behind = moves.v.some(([code, , , , , next]) => next >= this.end(code));
    if (moves.p !== this.plan || behind) await this.learn(moves.p);
    for (const vector of moves.v) this.move(vector);
    this.draw();
    this.since = moves.t;
    const now = new Date(moves.t * 1000);
    this.shownAt = now.toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit", timeZone: this.page.dataset["zone"] });
    nowLine(moves.t);
  }

  /** The first call of which nothing is known. */
  private end(code: string): number {
    const way = this.buses.get(code)?.way;
    return way ? way.from + way.calls.length : 0;
  }

  private async learn(plan: string): Promise<void> {
    const have = [...this.buses].flatMap(([code, bus]) => (bus.way ? [`${code}.${bus.way.mark}`] : []));
    const told = await this.ask<Ways>(this.page.dataset["ways"] ?? "", `have=${have.join(",")}`);
    for (const [code, way] of Object.entries(told.buses)) {
      const bus = this.buses.get(code);
      if (bus) bus.way = way;
    }
    this.plan = plan;
  }

  private add(row: HTMLElement): void {
    const mark = row.querySelector(".busmark")?.cloneNode(true) as SVGElement;
    const ahead = document.createElementNS(SVG, "path");
    ahead.setAttribute("class", "ahead");
    ahead.setAttribute("d", "M16-7 22 2H10Z");
    mark.prepend(ahead);
    const holder = document.createElement("div");
    holder.append(mark);
    const marker = new Marker({ element: holder, anchor: "center" });
    this.buses.set(row.dataset["bus"] ?? "", { row, marker, mark, at: [0, 0], next: -1 });
  }

  private move([code, lat, lon, heading, age, next, late]: Vector): void {
    const bus = this.buses.get(code);
    if (!bus) return;
    const to: Spot = [lon / DEGREE, lat / DEGREE];
    if (this.view && bus.at[0] === 0) bus.marker.setLngLat(to).addTo(this.view);
    else if (this.view) glide(bus.marker, bus.at, to);
    bus.at = to;
    bus.next = next;
    bus.mark.classList.toggle("guessed", age < 0);
    bus.mark.querySelector(".ahead")?.setAttribute("transform", `rotate(${heading} 16 16)`);
    this.tell(bus, age, late);
  }

  /** The same facts in the list. */
  private tell(bus: Bus, age: number, late: number): void {
    const words = this.page.dataset;
    const put = (name: string, text: string): void => {
      const cell = bus.row.querySelector(`[data-${name}]`);
      if (cell && cell.textContent !== text) cell.textContent = text;
    };
    const call = bus.way?.calls[bus.next - bus.way.from];
    put("next", call && bus.next >= 0 ? `${call[1]} ${call[0]}` : (words["wordsHome"] ?? ""));
    put("aboard", `${call && bus.next >= 0 ? call[2] : 0}/${bus.row.dataset["seats"] ?? ""}`);
    put("late", age < 0 ? "–" : late ? (words["wordsLate"] ?? "").replace("MINUTES", String(late)) : (words["wordsEven"] ?? ""));
    put("source", age < 0 ? (words["wordsPlan"] ?? "") : age ? (words["wordsAgo"] ?? "").replace("MINUTES", String(age)) : (words["wordsHeard"] ?? ""));
  }

  /** The way to the next call in full, what comes after it thin. */
  private draw(): void {
    const features = [...this.buses.values()].flatMap((bus) => {
      const way = bus.way;
      if (!way || bus.next < 0) return [];
      const number = Number(bus.row.dataset["colour"]) || 0;
      return way.legs.flatMap((leg, place) => {
        const call = way.from + place;
        if (call < bus.next || leg.length < 4) return [];
        const properties = { colour: this.colours[number] ?? "", dash: number % DASHES.length, soon: call === bus.next };
        return [{ type: "Feature" as const, properties, geometry: { type: "LineString" as const, coordinates: decoded(leg) } }];
      });
    });
    this.view?.getSource<GeoJSONSource>("ways")?.setData({ type: "FeatureCollection", features });
  }

  private cut(isCut: boolean): void {
    const words = document.querySelector<HTMLElement>("[data-cut]");
    if (!words || words.hidden === !isCut) return;
    words.hidden = !isCut;
    words.textContent = (this.page.dataset["wordsCut"] ?? "").replace("TIME", this.shownAt);
  }
}

/** From a known place to the next, for a second; at once for who asks for stillness, or when it is far. */
function glide(marker: Marker, from: Spot, to: Spot): void {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches || Math.hypot(to[0] - from[0], to[1] - from[1]) > 0.02) {
    marker.setLngLat(to);
    return;
  }
  const begun = performance.now();
  const step = (at: number): void => {
    const share = Math.min((at - begun) / GLIDE_MS, 1);
    marker.setLngLat([from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])]);
    if (share < 1) requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}

const HOUR_PX = 132;

/** Moves the line of now in the day by vehicle, by the seconds that have passed since it was drawn. */
function nowLine(t: number): void {
  const line = document.querySelector<SVGPathElement>("[data-now]");
  if (!line) return;
  line.dataset["t"] ??= String(t);
  line.setAttribute("transform", `translate(${((t - Number(line.dataset["t"])) * HOUR_PX) / 3600} 0)`);
}

/** So that the hours around now are in sight. */
function scrollToNow(): void {
  const region = document.querySelector<HTMLElement>("[data-gantt]");
  const line = region?.querySelector<SVGPathElement>("[data-now]");
  if (region && line) region.scrollLeft = line.getBBox().x - region.clientWidth / 3;
}

async function draw(box: HTMLElement, page: HTMLElement): Promise<void> {
  setWorkerUrl(new URL(box.dataset["worker"] ?? "", location.href).href);
  let view: View | null = null;
  try {
    view = new View({ ...options(box), style: style(box, lineLayers(), ["ways"]), bounds: await bounds(box), fitBoundsOptions: { padding: 24 } });
    view.touchZoomRotate.disableRotation();
    await view.once("load");
  } finally {
    void new Board(page, view).run();
  }
  box.dataset["drawn"] = "yes";
}

scrollToNow();
const page = document.querySelector<HTMLElement>("[data-buses]");
const box = page?.querySelector<HTMLElement>("[data-map]");
if (page && box) orSay(box, draw(box, page));
