--- The public face. Nothing here needs to be called: without it, the defaults hold.
local M = {}

--- Set options. Call it before the first Markdown file is opened, or `:Cuttledoc restart` after.
---@param options? cuttledoc.Config
function M.setup(options)
  require('cuttledoc.config').set(options)
  if options and options.filetypes then
    require('cuttledoc.start').watch(options.filetypes)
  end
end

--- What runs, in one short line for a status line; empty when nothing does.
---@return string
function M.statusline()
  local progress = package.loaded['cuttledoc.progress']
  return progress and progress.statusline() or ''
end

--- What runs, in the order it began.
---@return cuttledoc.Job[]
function M.jobs()
  return require('cuttledoc.progress').jobs()
end

--- Do what `:Cuttledoc NAME` does.
---@param name string A subcommand.
---@param call? { words?: string[], bang?: boolean, range?: integer[] }
function M.run(name, call)
  local subcommand = require('cuttledoc.commands').subcommands[name]
  if not subcommand then
    error(('there is no subcommand %q'):format(name))
  end
  call = call or {}
  subcommand.run({ words = call.words or {}, bang = call.bang or false, range = call.range })
end

return M
