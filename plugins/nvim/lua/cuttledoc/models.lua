--- Models: which there are, and what to do with one.
local client = require('cuttledoc.client')

local M = {}

---@class cuttledoc.Model
---@field id string
---@field kind string
---@field languages string[]
---@field bytes integer
---@field licence string
---@field installed boolean

---@param model cuttledoc.Model
local function line(model)
  local languages = #model.languages > 0 and table.concat(model.languages, ' ') or 'any language'
  return ('%s %s · %s · %s · %.0f MB · %s'):format(
    model.installed and '✓' or ' ',
    model.id,
    model.kind,
    languages,
    model.bytes / 1e6,
    model.licence
  )
end

---@param model cuttledoc.Model
local function act(model)
  local command = model.installed and 'removeModel' or 'downloadModel'
  local word = model.installed and 'Remove' or 'Download'
  vim.ui.select({ word, 'Leave it' }, { prompt = model.id .. ':' }, function(choice)
    if choice == word then
      client.command(command, { id = model.id })
    end
  end)
end

--- Let the user choose a model, and what to do with it.
function M.choose()
  client.command('listModels', {}, function(result)
    vim.ui.select(result.models, {
      prompt = 'Models:',
      kind = 'cuttledoc.model',
      format_item = line,
    }, function(model)
      if model then
        act(model)
      end
    end)
  end)
end

return M
