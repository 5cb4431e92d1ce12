// Formats the plugin's Lua with StyLua, or checks it.    node stylua.mjs [--check] FOLDER…
// StyLua's own command has to be downloaded from a release page; this is the same engine from npm.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createRequire } from 'node:module'

const require = createRequire(resolve(process.env.STYLUA_FOLDER, 'index.js'))
const stylua = require('@johnnymorganz/stylua')

const check = process.argv.includes('--check')
const folders = process.argv.slice(2).filter((word) => word !== '--check')

const settings = readFileSync('plugins/nvim/stylua.toml', 'utf8').matchAll(/^(\w+) = "?(\w+)"?$/gm)
const wanted = new Map([...settings].map(([, name, value]) => [name, value]))

// Made anew for each file: the engine takes it for good.
function config() {
  const made = stylua.Config.new()
  made.syntax = stylua.LuaVersion.LuaJIT
  made.column_width = Number(wanted.get('column_width'))
  made.indent_type = stylua.IndentType[wanted.get('indent_type')]
  made.indent_width = Number(wanted.get('indent_width'))
  made.quote_style = stylua.QuoteStyle[wanted.get('quote_style')]
  return made
}

let wrong = 0
for (const folder of folders) {
  for (const name of readdirSync(folder, { recursive: true })) {
    if (!name.endsWith('.lua')) continue
    const path = join(folder, name)
    const text = readFileSync(path, 'utf8')
    const formatted = stylua.formatCode(text, config(), undefined, stylua.OutputVerification.Full)
    if (formatted === text) continue
    wrong += 1
    console.log(`${check ? 'not formatted' : 'formatted'}: ${path}`)
    if (!check) writeFileSync(path, formatted)
  }
}
if (!wrong) console.log('All Lua files are formatted.')
process.exit(check && wrong ? 1 : 0)
