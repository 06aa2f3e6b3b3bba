/** Draws the stops on our own roads; in the editor a click, the boxes of latitude and longitude, or keys place a stop. */

import { type GeoJSONSource, LngLatBounds, Map as View, type StyleSpecification, setWorkerUrl } from "maplibre-gl";

type Spot = [number, number]; // longitude, latitude
interface Feature {
  properties: Record<string, string>;
  geometry: { type: string; coordinates: unknown };
}

const METRES_PER_DEGREE = 111_195;

/** The value of a role as the browser paints it: roles are written with var() and may differ by day and night. */
function painted(role: string): string {
  const probe = document.createElement("i");
  probe.hidden = true;
  document.body.append(probe);
  probe.style.color = `var(--${role})`;
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

const EMPTY = { type: "FeatureCollection" as const, features: [] };

function style(box: HTMLElement): StyleSpecification {
  const wide = (most: number): unknown => ["interpolate", ["exponential", 1.6], ["zoom"], 11, ["*", 0.5, ["+", ["get", "w"], 0.6]], 17, ["*", most, ["+", ["get", "w"], 1]]];
  const roads = box.dataset["roads"];
  const lines = { "line-cap": "round" as const, "line-join": "round" as const };
  return {
    version: 8,
    sources: {
      roads: { type: "geojson", data: roads || EMPTY },
      stops: { type: "geojson", data: box.dataset["features"] ?? "" },
      here: { type: "geojson", data: EMPTY },
    },
    layers: [
      { id: "land", type: "background", paint: { "background-color": painted("map-land") } },
      { id: "inside", type: "fill", source: "stops", filter: ["==", ["get", "kind"], "area"], paint: { "fill-color": painted("map-block"), "fill-opacity": 0.6 } },
      { id: "edges", type: "line", source: "roads", layout: lines, paint: { "line-color": painted("map-road-edge"), "line-width": wide(6) as number } },
      { id: "roads", type: "line", source: "roads", layout: lines, paint: { "line-color": ["case", [">", ["get", "w"], 1], painted("map-main"), painted("map-road")], "line-width": wide(4.5) as number } },
      { id: "border", type: "line", source: "stops", filter: ["==", ["get", "kind"], "area"], paint: { "line-color": painted("map-route"), "line-width": 2, "line-dasharray": [3, 2] } },
      {
        id: "stops",
        type: "circle",
        source: "stops",
        filter: ["==", ["get", "kind"], "stop"],
        paint: {
          "circle-radius": ["interpolate", ["linear"], ["zoom"], 11, 3.5, 15, 8],
          "circle-color": ["match", ["get", "state"], "closed", painted("map-rail"), painted("surface")],
          "circle-stroke-width": 2.5,
          "circle-stroke-color": ["match", ["get", "state"], "open", painted("map-route"), "closed", painted("text"), painted("bad")],
        },
      },
      {
        id: "names",
        type: "symbol",
        source: "stops",
        minzoom: 13.2,
        filter: ["==", ["get", "kind"], "stop"],
        layout: { "text-field": ["get", "name"], "text-size": 13, "text-offset": [0, 1.1], "text-anchor": "top", "text-font": ["Noto Sans JP"] },
        paint: { "text-color": painted("map-label"), "text-halo-color": painted("map-halo"), "text-halo-width": 2 },
      },
      { id: "here", type: "circle", source: "here", paint: { "circle-radius": 10, "circle-color": painted("lamp-solid"), "circle-stroke-width": 3, "circle-stroke-color": painted("text") } },
    ],
  } as StyleSpecification;
}

/** The boxes of the editor, as a position; null while they hold none. */
function typed(form: HTMLFormElement | null): Spot | null {
  const box = (name: string): number => {
    const element = form?.elements.namedItem(name);
    return element instanceof HTMLInputElement && element.value.trim() ? Number(element.value) : Number.NaN;
  };
  const spot: Spot = [box("lon"), box("lat")];
  return spot.every(Number.isFinite) && Math.abs(spot[1]) < 85 ? spot : null;
}

function write(form: HTMLFormElement, [lon, lat]: Spot): void {
  for (const [name, value] of [["lat", lat], ["lon", lon]] as const) {
    const element = form.elements.namedItem(name);
    if (element instanceof HTMLInputElement) element.value = value.toFixed(6);
  }
}

function place(view: View, spot: Spot | null): void {
  const source = view.getSource<GeoJSONSource>("here");
  const point = spot && { type: "Feature" as const, properties: {}, geometry: { type: "Point" as const, coordinates: spot } };
  source?.setData({ type: "FeatureCollection", features: point ? [point] : [] });
}

function edit(view: View, form: HTMLFormElement): void {
  const show = (): void => place(view, typed(form));
  view.on("click", (event) => {
    write(form, [event.lngLat.lng, event.lngLat.lat]);
    show();
  });
  for (const box of form.querySelectorAll("[name=lat], [name=lon]")) box.addEventListener("input", show);
  const nudge = form.querySelector<HTMLElement>("[data-nudge]");
  if (nudge) nudge.hidden = false;
  for (const button of nudge?.querySelectorAll<HTMLButtonElement>("button") ?? []) {
    button.addEventListener("click", () => {
      const spot = typed(form) ?? (view.getCenter().toArray() as Spot);
      const north = Number(button.dataset["north"]) / METRES_PER_DEGREE;
      const east = Number(button.dataset["east"]) / (METRES_PER_DEGREE * Math.cos((spot[1] * Math.PI) / 180));
      write(form, [spot[0] + east, spot[1] + north]);
      show();
    });
  }
  show();
}

function look(view: View): void {
  view.on("click", "stops", (event) => {
    const url = event.features?.[0]?.properties["url"];
    if (typeof url === "string") location.assign(url);
  });
  view.on("mouseenter", "stops", () => (view.getCanvas().style.cursor = "pointer"));
  view.on("mouseleave", "stops", () => (view.getCanvas().style.cursor = ""));
}

/** Where the map begins: around the stop of the editor, else around the area. */
async function bounds(box: HTMLElement): Promise<LngLatBounds> {
  const found = new LngLatBounds();
  const answer = await fetch(box.dataset["features"] ?? "");
  const all = (await answer.json()) as { features: Feature[] };
  const area = all.features.find((each) => each.properties["kind"] === "area");
  for (const corner of (area?.geometry.coordinates as Spot[][] | undefined)?.[0] ?? []) found.extend(corner);
  return found;
}

async function draw(box: HTMLElement): Promise<void> {
  setWorkerUrl(new URL(box.dataset["worker"] ?? "", location.href).href);
  const form = document.querySelector<HTMLFormElement>("form[data-place]");
  const spot = typed(form);
  const view = new View({
    container: box.querySelector<HTMLElement>("[data-box]") as HTMLElement,
    style: style(box),
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    maxZoom: 19,
    localIdeographFontFamily: "'Noto Sans JP', sans-serif",
    locale: { "Map.Title": box.dataset["label"] ?? "" },
    ...(spot ? { center: spot, zoom: 16 } : { bounds: await bounds(box), fitBoundsOptions: { padding: 24 } }),
  });
  view.touchZoomRotate.disableRotation();
  await view.once("load");
  if (form) edit(view, form);
  else look(view);
  box.dataset["drawn"] = "yes";
}

for (const box of document.querySelectorAll<HTMLElement>("[data-map]")) {
  draw(box).catch((fault: unknown) => {
    console.warn("the map could not be drawn", fault);
    const words = box.querySelector<HTMLElement>("[data-failed]");
    if (words) words.hidden = false;
  });
}
