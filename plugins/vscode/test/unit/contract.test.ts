// What stands in the manifest agrees with the server, with the code and with the words.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import * as path from "node:path";
import { suite, test } from "node:test";
import { MEDIA_SUFFIXES, PICTURE_SUFFIXES } from "../../src/media.ts";
import { PREFIX } from "../../src/server/protocol.ts";
import { SERVER_SETTINGS } from "../../src/server/settings.ts";
import { interpreters } from "../../src/discovery/layouts.ts";

const PLUGIN = path.resolve(import.meta.dirname, "../..");
const PYTHON = path.resolve(PLUGIN, "../../.venv/bin/python");

interface Property {
  readonly type: string | string[];
  readonly enum?: string[];
  readonly items?: { readonly enum?: string[] };
  readonly minimum?: number;
  readonly maximum?: number;
  readonly scope: string;
  readonly markdownDescription: string;
  readonly markdownEnumDescriptions?: string[];
}

interface Manifest {
  readonly version: string;
  readonly contributes: {
    readonly commands: { readonly command: string; readonly title: string }[];
    readonly configuration: { readonly properties: Record<string, Property> };
    readonly menus: Record<string, { readonly command: string; readonly when?: string }[]>;
  };
}

function json(name: string): unknown {
  return JSON.parse(readFileSync(path.join(PLUGIN, name), "utf8"));
}

const manifest = json("package.json") as Manifest;
const words = json("package.nls.json") as Record<string, string>;
const properties = manifest.contributes.configuration.properties;
const sources = readdirSync(path.join(PLUGIN, "src"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => readFileSync(path.join(PLUGIN, "src", name), "utf8"))
  .join("\n");

/** What the server itself says. */
interface Server {
  readonly version: string;
  readonly python: string;
  readonly commands: string[];
  readonly media: string[];
  readonly trusted: string[];
  readonly settings: Record<
    string,
    { enum?: string[]; minimum?: number; maximum?: number; items?: string[] }
  >;
}

const SCRIPT = `
import asyncio, json, tomllib
from pathlib import Path
import msgspec, cuttledoc
from cuttledoc.markdown.targets import MEDIA_SUFFIXES
from cuttledoc_lsp.create import create_server
from cuttledoc_lsp.settings import TRUSTED, ClientSettings

async def commands():
    return sorted(create_server({}).commands)

root = Path(cuttledoc.__file__).resolve().parents[2]
schema = msgspec.json.schema(ClientSettings)
shapes = schema["$defs"]
def told(part):
    for one in part.get("anyOf", [part]):
        if one.get("type") == "null":
            continue
        one = shapes.get(one.get("$ref", "").rpartition("/")[2], one)
        items = shapes.get(one.get("items", {}).get("$ref", "").rpartition("/")[2]) if isinstance(one.get("items"), dict) else None
        return {k: one[k] for k in ("enum", "minimum", "maximum") if k in one} | ({"items": items["enum"]} if items else {})
wire = {f.name: f.encode_name for f in msgspec.structs.fields(ClientSettings)}
print(json.dumps({
    "version": cuttledoc.__version__,
    "python": tomllib.loads((root / "pyproject.toml").read_text())["project"]["requires-python"],
    "commands": asyncio.run(commands()),
    "media": sorted(MEDIA_SUFFIXES),
    "trusted": sorted(wire[name] for name in TRUSTED),
    "settings": {name: told(part) for name, part in shapes["ClientSettings"]["properties"].items()},
}))
`;
const server = JSON.parse(execFileSync(PYTHON, ["-c", SCRIPT], { encoding: "utf8" })) as Server;

/** What the extension tells the server itself, and no user sets. */
const OURS = ["clientCommands", "statusNotifications"];

suite("the server and the manifest", () => {
  test("are of one version", () => assert.equal(manifest.version, server.version));

  test("want the same Python", () => {
    assert.equal(server.python, ">=3.11");
    const oldest = interpreters({ platform: "linux", env: { PATH: "/bin" }, home: "/" }, []);
    assert.ok(oldest.some(({ command }) => command.endsWith("python3.11")));
    assert.ok(!oldest.some(({ command }) => command.endsWith("python3.10")));
  });

  test("know the same settings", () => {
    const known = Object.keys(server.settings).filter((name) => !OURS.includes(name));
    assert.deepEqual([...SERVER_SETTINGS].sort(), known.sort());
    for (const name of known) assert.ok(`cuttledoc.${name}` in properties, `no setting ${name}`);
  });

  test("allow the same values", () => {
    for (const [name, { enum: values, minimum, maximum, items }] of Object.entries(
      server.settings,
    )) {
      const property = properties[`cuttledoc.${name}`];
      if (property === undefined) continue;
      assert.deepEqual(property.enum?.toSorted(), values?.toSorted(), name);
      assert.deepEqual(property.items?.enum?.toSorted(), items?.toSorted(), name);
      assert.equal(property.minimum, minimum, name);
      assert.equal(property.maximum, maximum, name);
    }
  });

  test("keep what a workspace may not set out of its hands", () => {
    const own = [
      ...server.trusted.filter((name) => !OURS.includes(name)),
      "path",
      "requirement",
      "cloud",
    ];
    for (const name of own) assert.equal(properties[`cuttledoc.${name}`]?.scope, "machine", name);
  });

  test("know the same recordings", () => {
    assert.deepEqual([...MEDIA_SUFFIXES].sort(), server.media);
    assert.ok(PICTURE_SUFFIXES.includes("mp4") && !PICTURE_SUFFIXES.includes("mp3"));
    const clauses = Object.values(manifest.contributes.menus)
      .flat()
      .map(({ when }) => /resourceExtname =~ \/\^\\\.\(([^)]*)\)\$\/i/.exec(when ?? "")?.[1])
      .filter((suffixes) => suffixes !== undefined);
    assert.equal(clauses.length, 2);
    for (const suffixes of clauses) assert.deepEqual(suffixes.split("|").sort(), server.media);
  });

  test("know the same commands", () => {
    const called = [...sources.matchAll(/\.run\(\s*"(\w+)"/g)].map(
      ([, name]) => PREFIX + (name ?? ""),
    );
    assert.ok(called.length > 10);
    for (const name of called) assert.ok(server.commands.includes(name), name);
  });
});

suite("the manifest and the code", () => {
  test("have the same commands", () => {
    for (const { command } of manifest.contributes.commands) {
      assert.ok(
        new RegExp(`^\\s+${command.replace("cuttledoc.", "")}: `, "m").test(sources),
        command,
      );
    }
    const menus = Object.values(manifest.contributes.menus).flat();
    for (const { command } of menus) {
      assert.ok(
        manifest.contributes.commands.some((one) => one.command === command),
        command,
      );
    }
  });

  test("every word that is named is there, and none is left over", () => {
    const named = [...JSON.stringify(manifest).matchAll(/"%([^%"]+)%"/g)].map(
      ([, key]) => key ?? "",
    );
    assert.deepEqual([...new Set(named)].sort(), Object.keys(words).sort());
  });

  test("every setting is described, and every choice", () => {
    for (const [name, property] of Object.entries(properties)) {
      assert.match(property.markdownDescription, /^%setting\..+%$/, name);
      assert.equal(property.markdownEnumDescriptions?.length, property.enum?.length, name);
    }
  });

  test("every text of the code can be translated", () => {
    const bundle = json("l10n/bundle.l10n.json") as Record<string, unknown>;
    const told = [...sources.matchAll(/l10n\.t\(\s*"((?:[^"\\]|\\.)*)"/g)].map(
      ([, text]) => JSON.parse(`"${text ?? ""}"`) as string,
    );
    assert.ok(told.length > 50);
    assert.deepEqual([...new Set(told)].sort(), Object.keys(bundle).sort());
  });

  test("what the manifest points at is there", () => {
    const files = [...JSON.stringify(manifest).matchAll(/"((?:\.\/)?media\/[^"]+)"/g)].map(
      ([, name]) => name ?? "",
    );
    assert.ok(files.length > 3);
    for (const name of files) assert.ok(existsSync(path.join(PLUGIN, name)), name);
  });
});
