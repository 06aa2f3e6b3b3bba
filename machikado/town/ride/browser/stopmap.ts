/** Draws the stops on our own roads; in the editor a click, the boxes of latitude and longitude, or keys place a stop. */

import { type GeoJSONSource, type LayerSpecification, Map as View, setWorkerUrl } from "maplibre-gl";

import { bounds, options, orSay, painted, type Spot, style } from "./map/ground";

const METRES_PER_DEGREE = 111_195;

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

async function draw(box: HTMLElement): Promise<void> {
  setWorkerUrl(new URL(box.dataset["worker"] ?? "", location.href).href);
  const form = document.querySelector<HTMLFormElement>("form[data-place]");
  const spot = typed(form);
  const here: LayerSpecification = { id: "here", type: "circle", source: "here", paint: { "circle-radius": 10, "circle-color": painted("lamp-solid"), "circle-stroke-width": 3, "circle-stroke-color": painted("text") } };
  const view = new View({
    ...options(box),
    style: style(box, [here], ["here"]),
    ...(spot ? { center: spot, zoom: 16 } : { bounds: await bounds(box), fitBoundsOptions: { padding: 24 } }),
  });
  view.touchZoomRotate.disableRotation();
  await view.once("load");
  if (form) edit(view, form);
  else look(view);
  box.dataset["drawn"] = "yes";
}

for (const box of document.querySelectorAll<HTMLElement>("[data-map]")) orSay(box, draw(box));
