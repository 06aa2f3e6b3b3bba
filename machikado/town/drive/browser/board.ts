/** What the tablet shows: the visits of the sheet, moved on by each press before the town has heard of it. */

import type { Press } from "./queue";

const all = (selector: string, inside: ParentNode = document): HTMLElement[] => [...inside.querySelectorAll<HTMLElement>(selector)];

function setState(selector: string, state: string): void {
  for (const box of all(selector)) box.dataset["state"] = state;
}

/** Show what a press changes, on top of what the town said last; `then` is when it was by the town's clock. */
export function apply({ kind, on }: Press, then: number): void {
  const rider = `[data-rider="${CSS.escape(on)}"]`;
  if (kind === "arrive") arrive(on, then);
  if (kind === "aboard") setState(`${rider}[data-state="waiting"]`, "aboard");
  if (kind === "no_show" || kind === "alight") setState(rider, "gone");
  if (kind === "fare") for (const box of all(rider)) box.dataset["owes"] = "0";
}

/** The first visit at this stop that is ahead; a break before it is over then. */
function arrive(stop: string, then: number): void {
  for (const visit of all("[data-visit]")) {
    if (visit.dataset["state"] === "break") visit.dataset["state"] = "over";
    if (visit.dataset["stop"] !== stop || visit.dataset["state"] === "over") continue;
    if (visit.dataset["state"] === "ahead") {
      visit.dataset["state"] = "here";
      visit.dataset["arrived"] = String(then);
    }
    return;
  }
}

function ridersOf(visit: HTMLElement, way: string, state: string): HTMLElement[] {
  return all(`.rider[data-way="${way}"][data-state="${state}"]`, visit);
}

/** Somebody got on here and has not paid yet: the visit stays, until the fare is taken or the driver goes on. */
export function isOwed(visit: HTMLElement): boolean {
  const owing = ridersOf(visit, "on", "aboard").some(({ dataset }) => dataset["owes"] !== "0");
  return owing && visit.dataset["state"] === "here" && !isLater(visit);
}

function isSettled(visit: HTMLElement): boolean {
  return ridersOf(visit, "on", "waiting").length + ridersOf(visit, "off", "aboard").length + ridersOf(visit, "off", "waiting").length === 0;
}

function isOver(visit: HTMLElement, now: number): boolean {
  const { state, leaves } = visit.dataset;
  if (state === "break") return now >= Number(leaves);
  if (state === "end") return false;
  return state === "over" || (isSettled(visit) && !isOwed(visit));
}

const LATER = "machikado.drive.later";

function isLater(visit: HTMLElement): boolean {
  return (sessionStorage.getItem(LATER) ?? "").split(" ").includes(visit.dataset["visit"] ?? "");
}

/** The driver goes on: the fare is taken when they get off. */
export function later(visit: HTMLElement): void {
  sessionStorage.setItem(LATER, `${sessionStorage.getItem(LATER) ?? ""} ${visit.dataset["visit"] ?? ""}`.trim());
}

/** Show the first visit that is not over; returns it. */
export function settle(now: number): HTMLElement | null {
  let current: HTMLElement | null = null;
  for (const visit of all("[data-visit]")) {
    if (current === null && !isOver(visit, now)) current = visit;
    visit.hidden = visit !== current;
    const row = document.querySelector<HTMLElement>(`[data-of="${CSS.escape(visit.dataset["visit"] ?? "")}"]`);
    row?.classList.toggle("now", visit === current);
  }
  const button = current?.querySelector<HTMLElement>("[data-later]");
  if (current && button) button.hidden = !(isSettled(current) && isOwed(current));
  return current;
}

const LEAST_WAIT_MS = 180_000;

/** Minutes until the planned time, and until when a passenger is waited for. */
export function tick(visit: HTMLElement | null, now: number): void {
  if (!visit) return;
  const minutes = visit.querySelector<HTMLElement>("[data-minutes]");
  if (minutes) {
    const left = Math.round((Number(visit.dataset["begins"]) - now) / 60_000);
    const words = left < 0 ? minutes.dataset["late"] : minutes.dataset["words"];
    const text = (words ?? "").replace("COUNT", String(Math.abs(left)));
    if (minutes.textContent !== text) minutes.textContent = text;
  }
  const arrived = Number(visit.dataset["arrived"] ?? 0);
  for (const rider of all('.rider[data-way="on"]', visit)) {
    const early = now < Math.max(Number(rider.dataset["until"]), arrived ? arrived + LEAST_WAIT_MS : 0);
    const button = rider.querySelector<HTMLButtonElement>("[data-no-show]");
    const hint = rider.querySelector<HTMLElement>(".until");
    if (button) button.disabled = early;
    if (hint) hint.hidden = !early || rider.dataset["state"] !== "waiting";
  }
}
