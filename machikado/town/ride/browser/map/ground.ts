/** What all maps of the bus are drawn on: land, our own roads, the border and the stops. */

import { LngLatBounds, type LayerSpecification, type StyleSpecification } from "maplibre-gl";

export type Spot = [number, number]; // longitude, latitude

export const EMPTY = { type: "FeatureCollection" as const, features: [] };

interface Feature {
  properties: Record<string, string>;
  geometry: { type: string; coordinates: unknown };
}

/** The value of a role as the browser paints it: roles are written with var() and may differ by day and night. */
export function painted(role: string): string {
  const probe = document.createElement("i");
  probe.hidden = true;
  document.body.append(probe);
  probe.style.color = `var(--${role})`;
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

/** Layers of the ground; what a page draws itself comes between roads and names, or after them. */
export function style(box: HTMLElement, over: LayerSpecification[], sources: string[]): StyleSpecification {
  const wide = (most: number): unknown => ["interpolate", ["exponential", 1.6], ["zoom"], 11, ["*", 0.5, ["+", ["get", "w"], 0.6]], 17, ["*", most, ["+", ["get", "w"], 1]]];
  const lines = { "line-cap": "round" as const, "line-join": "round" as const };
  const own = Object.fromEntries(sources.map((name) => [name, { type: "geojson" as const, data: EMPTY }]));
  return {
    version: 8,
    sources: {
      roads: { type: "geojson", data: box.dataset["roads"] || EMPTY },
      stops: { type: "geojson", data: box.dataset["features"] ?? "" },
      ...own,
    },
    layers: [
      { id: "land", type: "background", paint: { "background-color": painted("map-land") } },
      { id: "inside", type: "fill", source: "stops", filter: ["==", ["get", "kind"], "area"], paint: { "fill-color": painted("map-block"), "fill-opacity": 0.6 } },
      { id: "edges", type: "line", source: "roads", layout: lines, paint: { "line-color": painted("map-road-edge"), "line-width": wide(6) as number } },
      { id: "roads", type: "line", source: "roads", layout: lines, paint: { "line-color": ["case", [">", ["get", "w"], 1], painted("map-main"), painted("map-road")], "line-width": wide(4.5) as number } },
      { id: "border", type: "line", source: "stops", filter: ["==", ["get", "kind"], "area"], paint: { "line-color": painted("map-route"), "line-width": 2, "line-dasharray": [3, 2] } },
      ...over.filter((layer) => layer.type === "line"),
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
      ...over.filter((layer) => layer.type !== "line"),
    ],
  } as StyleSpecification;
}

/** Around the area. */
export async function bounds(box: HTMLElement): Promise<LngLatBounds> {
  const found = new LngLatBounds();
  const answer = await fetch(box.dataset["features"] ?? "");
  const all = (await answer.json()) as { features: Feature[] };
  const area = all.features.find((each) => each.properties["kind"] === "area");
  for (const corner of (area?.geometry.coordinates as Spot[][] | undefined)?.[0] ?? []) found.extend(corner);
  return found;
}

/** How every map of ours behaves: flat, northwards, with our own letters. */
export function options(box: HTMLElement) {
  return {
    container: box.querySelector<HTMLElement>("[data-box]") as HTMLElement,
    attributionControl: false as const,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    maxZoom: 19,
    localIdeographFontFamily: "'Noto Sans JP', sans-serif",
    locale: { "Map.Title": box.dataset["label"] ?? "" },
  };
}

/** Draws, or says that the list has the same facts. */
export function orSay(box: HTMLElement, drawing: Promise<void>): void {
  drawing.catch((fault: unknown) => {
    console.warn("the map could not be drawn", fault);
    const words = box.querySelector<HTMLElement>("[data-failed]");
    if (words) words.hidden = false;
  });
}
