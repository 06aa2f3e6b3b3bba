/** Where the vehicle is and how fast: nothing is pressed while it moves, and the town hears of it every few seconds. */

import { post } from "../../common/browser/post";
import type { TownClock } from "./clock";

const MOVING_KMH = 5;
const WORST_M = 100; // a fix that is less exact says nothing
const FASTEST_KMH = 150; // faster is a jump
const SILENT_MS = 10_000; // without a fix for so long, the vehicle counts as standing
const EVERY_MS = 5_000;

interface Seen {
  readonly lat: number;
  readonly lon: number;
  readonly at: number;
  readonly kmh: number;
  readonly heading: number | null;
}

function metres(a: Seen, lat: number, lon: number): number {
  const up = (lat - a.lat) * 111_320;
  return Math.hypot(up, (lon - a.lon) * 111_320 * Math.cos((lat * Math.PI) / 180));
}

/** The speed that was measured, or the one between the last two fixes; null for a jump. */
function speed(coords: GeolocationCoordinates, at: number, last: Seen | null): number | null {
  if (coords.speed !== null && !Number.isNaN(coords.speed)) return coords.speed * 3.6;
  if (!last || at <= last.at) return 0;
  const kmh = (metres(last, coords.latitude, coords.longitude) / (at - last.at)) * 3600;
  return kmh > FASTEST_KMH ? null : kmh;
}

export class Whereabouts {
  private last: Seen | null = null;
  private sent = 0;

  constructor(
    private readonly url: string,
    private readonly clock: TownClock,
    private readonly onMove: (isMoving: boolean) => void,
    private readonly onPlace: (lat: number, lon: number) => void,
  ) {}

  watch(): void {
    if (!("geolocation" in navigator)) return;
    navigator.geolocation.watchPosition((fix) => this.see(fix), () => this.onMove(false), { enableHighAccuracy: true, maximumAge: 1000 });
    window.setInterval(() => {
      if (this.last && Date.now() - this.last.at > SILENT_MS) this.onMove(false);
    }, 1000);
  }

  private see({ coords }: GeolocationPosition): void {
    if (coords.accuracy > WORST_M) return;
    const at = Date.now();
    const kmh = speed(coords, at, this.last);
    if (kmh === null) return;
    this.last = { lat: coords.latitude, lon: coords.longitude, at, kmh, heading: coords.heading };
    this.onMove(kmh > MOVING_KMH);
    this.onPlace(coords.latitude, coords.longitude);
    if (at - this.sent >= EVERY_MS && navigator.onLine) {
      this.sent = at;
      void this.tell(this.last);
    }
  }

  private async tell({ lat, lon, at, kmh, heading }: Seen): Promise<void> {
    const fields = { lat, lon, at, offset: this.clock.offset, kmh: Math.round(kmh), heading: heading === null || Number.isNaN(heading) ? "" : Math.round(heading) };
    await post(this.url, new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, String(value)])).toString());
  }
}

/** Put the vehicle on the drawn way, if it is on that part of the earth. */
export function place(visit: HTMLElement | null, lat: number, lon: number): void {
  const map = visit?.querySelector<SVGSVGElement>("svg.waymap");
  const here = map?.querySelector<SVGCircleElement>(".here");
  if (!map || !here) return;
  const [midLat, midLon, perLat, perLon] = (map.dataset["grid"] ?? "").split(" ").map(Number);
  if (midLat === undefined || midLon === undefined || perLat === undefined || perLon === undefined) return;
  const { width, height } = map.viewBox.baseVal;
  const x = width / 2 + (lon - midLon) * perLon;
  const y = height / 2 - (lat - midLat) * perLat;
  here.setAttribute("cx", x.toFixed(1));
  here.setAttribute("cy", y.toFixed(1));
  here.toggleAttribute("hidden", x < 0 || y < 0 || x > width || y > height);
}
