// Bundles the extension, and the script of the player's page.
import { build } from "esbuild";

const common = {
  bundle: true,
  minify: true,
  sourcemap: false,
  target: "es2022",
  logLevel: "warning",
  legalComments: "linked",
};

await Promise.all([
  build({
    ...common,
    entryPoints: ["src/extension.ts"],
    outfile: "dist/extension.cjs",
    platform: "node",
    format: "cjs",
    external: ["vscode"],
  }),
  build({
    ...common,
    entryPoints: ["src/player/view/player.ts"],
    outfile: "dist/player.js",
    platform: "browser",
    format: "iife",
  }),
]);
