/** A box that offers places while one types (ARIA combobox with a list); without script it is a plain search. */

interface Found {
  kind: string;
  code: string;
  name: string;
  kana: string;
  note: string;
}

const PAUSE_MS = 120;

function token(box: HTMLElement): string {
  const field = box.closest("form")?.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]");
  return field?.value ?? "";
}

async function ask(box: HTMLElement, typed: string): Promise<Found[]> {
  const answer = await fetch(box.dataset["url"] ?? "", {
    method: "POST",
    headers: { accept: "application/json", "x-csrftoken": token(box) },
    body: new URLSearchParams({ q: typed }),
  });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return ((await answer.json()) as { found: Found[] }).found;
}

function offer(found: Found, id: string, word: string): HTMLLIElement {
  const item = document.createElement("li");
  item.id = id;
  item.role = "option";
  item.dataset["code"] = found.code;
  item.dataset["name"] = found.name;
  const name = document.createElement("strong");
  name.textContent = found.name;
  const note = document.createElement("span");
  note.className = "small soft";
  note.textContent = [found.kind === "stop" ? word : "", found.note || found.kana].filter(Boolean).join(" · ");
  item.append(name, " ", note);
  return item;
}

function wire(box: HTMLElement): void {
  const input = box.querySelector<HTMLInputElement>("input[type=text]");
  const code = box.querySelector<HTMLInputElement>("input[type=hidden]");
  const list = box.querySelector<HTMLUListElement>("ul");
  const said = box.querySelector<HTMLElement>("[data-said]");
  if (!input || !code || !list || !said) return;
  let timer = 0;
  let asked = 0;
  let active = -1;

  const options = (): HTMLLIElement[] => [...list.querySelectorAll<HTMLLIElement>("li")];
  const open = (is: boolean): void => {
    list.hidden = !is;
    input.setAttribute("aria-expanded", String(is));
    if (is) return;
    clearTimeout(timer); // who left the box is shown no late answer
    asked++;
    move(-1);
  };
  const move = (to: number): void => {
    active = to;
    options().forEach((item, number) => item.setAttribute("aria-selected", String(number === to)));
    const item = options()[to];
    if (item) input.setAttribute("aria-activedescendant", item.id);
    else input.removeAttribute("aria-activedescendant");
    item?.scrollIntoView({ block: "nearest" });
  };
  const choose = (item: HTMLLIElement): void => {
    input.value = item.dataset["name"] ?? "";
    code.value = item.dataset["code"] ?? "";
    open(false);
    box.dispatchEvent(new CustomEvent("chosen", { bubbles: true }));
  };
  const search = async (): Promise<void> => {
    const mine = ++asked;
    const found = await ask(box, input.value);
    if (mine !== asked) return; // somebody typed on meanwhile
    list.replaceChildren(...found.map((each, number) => offer(each, `${input.id}_${number}`, box.dataset["stop"] ?? "")));
    said.textContent = found.length ? (box.dataset["count"] ?? "").replace("COUNT", String(found.length)) : (box.dataset["none"] ?? "");
    open(found.length > 0);
  };

  input.role = "combobox";
  list.role = "listbox";
  list.setAttribute("aria-label", box.querySelector("label")?.textContent ?? "");
  for (const [name, value] of [["aria-autocomplete", "list"], ["aria-controls", list.id], ["aria-expanded", "false"]] as const) input.setAttribute(name, value);
  input.addEventListener("input", () => {
    code.value = "";
    clearTimeout(timer);
    if (!input.value.trim()) return open(false);
    timer = window.setTimeout(() => void search().catch(() => open(false)), PAUSE_MS);
  });
  input.addEventListener("keydown", (event) => {
    const count = options().length;
    if (event.key === "Escape") return open(false);
    if (list.hidden || event.isComposing || !count) return;
    if (event.key === "ArrowDown") move((active + 1) % count);
    else if (event.key === "ArrowUp") move((active - 1 + count) % count);
    else if (event.key === "Enter" && active >= 0) choose(options()[active] as HTMLLIElement);
    else return;
    event.preventDefault();
  });
  list.addEventListener("pointerdown", (event) => {
    const item = (event.target as HTMLElement).closest("li");
    if (item) choose(item);
    event.preventDefault();
  });
  input.addEventListener("blur", () => open(false));
}

for (const box of document.querySelectorAll<HTMLElement>("[data-combobox]")) wire(box);
