/** The table of fields and the clauses of a new job: parts that a kind uses, numbers that follow, rows moved by Alt. */

/** Shows the parts of a row that its kind uses; what stands in the others stays. */
function showParts(select: HTMLSelectElement): void {
  for (const part of select.closest("[data-row]")?.querySelectorAll<HTMLElement>("[data-kinds]") ?? []) {
    part.hidden = !(part.dataset["kinds"] ?? "").split(" ").includes(select.value);
  }
}

const filled = (box: HTMLInputElement | HTMLTextAreaElement): boolean => box.value.trim() !== "";

/** Numbers the clauses by their places, as the server does: 1, 2, 2.1; empty rows are passed over. */
function renumber(list: HTMLElement): void {
  let [outer, inner] = [0, 0];
  for (const row of list.querySelectorAll<HTMLElement>("[data-row]")) {
    const place = row.querySelector<HTMLElement>("[data-number]");
    if (!place) continue;
    const boxes = [...row.querySelectorAll<HTMLInputElement>("input:not([type=hidden])"), ...row.querySelectorAll("textarea")];
    const isInner = outer > 0 && row.classList.contains("inner");
    if (!boxes.some(filled)) {
      place.textContent = "–";
    } else if (isInner) {
      inner += 1;
      place.textContent = `${outer}.${inner}`;
    } else {
      [outer, inner] = [outer + 1, 0];
      place.textContent = String(outer);
    }
  }
}

/** Alt with an arrow moves the row in which somebody writes; a list of choices keeps its own use of the keys. */
function onKey(event: KeyboardEvent): void {
  const place = event.target as HTMLElement;
  if (!event.altKey || place instanceof HTMLSelectElement) return;
  const button = place.closest("[data-row]")?.querySelector<HTMLButtonElement>(`[data-key="${event.key}"]:enabled`);
  if (!button) return;
  event.preventDefault();
  button.click();
}

document.addEventListener("change", (event) => {
  if (event.target instanceof HTMLSelectElement && event.target.matches("[data-kind]")) showParts(event.target);
});
document.addEventListener("input", (event) => {
  const list = (event.target as HTMLElement).closest<HTMLElement>("[data-clauses]");
  if (list) renumber(list);
});
document.addEventListener("keydown", onKey);
