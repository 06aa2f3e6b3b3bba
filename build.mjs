// Builds what the browser loads: each app's TypeScript, the style sheet with its fonts, htmx.
//
//   machikado/town/<app>/browser/<name>.ts  →  machikado/town/<app>/static/built/<app>/<name>.js
//   machikado/town/common/look/look.css     →  machikado/town/common/static/built/common/look.css (+ fonts/)
//   the mark of the town (SVG)              →  machikado/town/common/static/built/common/icon-*.png
//   htmx                                    →  machikado/town/common/static/built/common/htmx.js
//   the map's worker                        →  machikado/town/ride/static/built/ride/mapworker.js

import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { icon } from "./icons.mjs";

const root = dirname(fileURLToPath(import.meta.url));
const town = join(root, "machikado", "town");
const builtOf = (app) => join(town, app, "static", "built", app);

/** The modules of one app that pages load: every .ts beside the others, except declarations and tests. */
async function scriptsOf(app) {
  const folder = join(town, app, "browser");
  if (!existsSync(folder)) return [];
  const names = await readdir(folder);
  return names.filter((name) => /\.ts$/.test(name) && !/\.(d|test)\.ts$/.test(name)).map((name) => join(folder, name));
}

/** Bundles the entries into the app's built folder and answers the files written. */
async function bundle(app, entryPoints, options) {
  const result = await build({
    absWorkingDir: root,
    entryPoints,
    outdir: builtOf(app),
    bundle: true,
    minify: true,
    metafile: true,
    logLevel: "warning",
    target: ["es2022", "chrome111", "firefox115", "safari16.4"],
    ...options,
  });
  return Object.keys(result.metafile.outputs).map((path) => resolve(root, path));
}

async function buildScripts(app) {
  const scripts = await scriptsOf(app);
  return scripts.length ? bundle(app, scripts, { format: "esm", sourcemap: "external" }) : [];
}

async function buildLook() {
  const look = join(town, "common", "look", "look.css");
  if (!existsSync(look)) return [];
  return bundle("common", [look], {
    loader: { ".woff2": "file", ".svg": "file", ".png": "file" },
    assetNames: "fonts/[name]-[hash]",
  });
}

/** Copies one file of a package as it is: from node_modules into an app's built folder. */
async function copyPackaged(source, app, name) {
  const target = join(builtOf(app), name);
  await mkdir(dirname(target), { recursive: true });
  await copyFile(join(root, "node_modules", ...source.split("/")), target);
  return target;
}

const GROUND = "#faf7f2"; // of the look, by day
// What a telephone cuts round needs room at its edge.
const ICONS = [
  { name: "icon-180.png", size: 180, share: 0.72 },
  { name: "icon-192.png", size: 192, share: 0.86 },
  { name: "icon-512.png", size: 512, share: 0.86 },
  { name: "icon-round-512.png", size: 512, share: 0.6 },
];

/** Draws the mark as the icons of home screens. */
async function drawIcons() {
  const svg = await readFile(join(town, "common", "static", "common", "mark.svg"), "utf-8");
  await mkdir(builtOf("common"), { recursive: true });
  const paths = ICONS.map(({ name }) => join(builtOf("common"), name));
  await Promise.all(ICONS.map((facts, place) => writeFile(paths[place], icon(svg, { ...facts, ground: GROUND }))));
  return paths;
}

/** What an earlier build left and this one did not write would be served for ever. */
async function removeOthers(app, written) {
  const folder = builtOf(app);
  if (!existsSync(folder)) return;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    if (entry.isFile() && !written.has(path)) await rm(path);
  }
}

const apps = (await readdir(town, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
const written = new Set(await buildLook());
for (const app of apps) for (const path of await buildScripts(app)) written.add(path);
for (const path of await drawIcons()) written.add(path);
written.add(await copyPackaged("maplibre-gl/dist/maplibre-gl-worker.mjs", "ride", "mapworker.js"));
written.add(await copyPackaged("htmx.org/dist/htmx.min.js", "common", "htmx.js")); // last: make reads its time as "all is built"
for (const app of apps) await removeOthers(app, written);
console.log(`built ${written.size} files for the browser`);
