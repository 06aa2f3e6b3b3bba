/** Figures that follow what is typed: the total of an estimate, the pay of an hour; rows for rework. */

const COMMAS = new Intl.NumberFormat("ja-JP");

function whole(form: HTMLFormElement, name: string): number {
  const box = form.elements.namedItem(name);
  const value = box instanceof HTMLInputElement ? Number.parseInt(box.value, 10) : Number.NaN;
  return value > 0 ? value : 0;
}

function showTotal(form: HTMLFormElement): void {
  const place = form.querySelector<HTMLElement>("[data-total]");
  if (!place) return;
  const total = whole(form, "items") * whole(form, "unit_yen");
  place.textContent = total ? `${COMMAS.format(total)} ${place.dataset["unit"] ?? ""}` : "–";
}

function showHourly(form: HTMLFormElement): void {
  const place = form.querySelector<HTMLElement>("[data-hourly]");
  const sentence = place?.querySelector<HTMLElement>("[data-sentence]");
  const [yen, items, seconds] = [whole(form, "price_yen"), whole(form, "price_items"), whole(form, "expected_seconds")];
  if (!place || !sentence || !yen || !items || !seconds) return;
  const minimum = Number(place.dataset["minimum"]);
  const hourly = Math.floor((yen * 3600) / (items * seconds));
  const isLow = hourly < minimum;
  place.classList.toggle("care", isLow);
  const words = (isLow ? place.dataset["low"] : place.dataset["fair"]) ?? "";
  sentence.textContent = words.replace("HOURLY", COMMAS.format(hourly)).replace("MINIMUM", COMMAS.format(minimum));
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-estimate], form[data-job]")) {
  const show = (): void => {
    showTotal(form);
    showHourly(form);
  };
  form.addEventListener("input", show);
  show();
}

/** The bar that leads to the decision steps aside while the decision is on the screen. */
const decision = document.getElementById("decide");
const bar = document.querySelector<HTMLElement>(".bar-bottom");
if (decision && bar) {
  new IntersectionObserver((seen) => {
    bar.hidden = seen.some((each) => each.isIntersecting);
  }).observe(decision);
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-decide]")) {
  const rework = form.querySelector<HTMLElement>("[data-rework]");
  const show = (): void => {
    if (rework) rework.hidden = new FormData(form).get("decision") !== "rework";
  };
  form.addEventListener("change", show);
  show();
}
