--- Words for the user, which never stop them with a hit-enter prompt.
local M = {}

local MILLISECONDS = 8000
local GROUPS = {
  [vim.log.levels.ERROR] = 'DiagnosticError',
  [vim.log.levels.WARN] = 'DiagnosticWarn',
  [vim.log.levels.INFO] = 'DiagnosticInfo',
}

---@type integer[] Windows that show something now, the lowest first.
local shown = {}

--- Whether `vim.notify` is Neovim's own, which prints into the command line.
local function is_plain()
  local source = debug.getinfo(vim.notify, 'S').source
  return source:find('_editor', 1, true) ~= nil
end

--- A small window in the lower right corner, which goes away by itself.
---@param message string
---@param level integer
local function pop_up(message, level)
  local lines = vim.split(message, '\n', { trimempty = true })
  local width = math.max(20, math.min(60, vim.o.columns - 4))
  local buffer = vim.api.nvim_create_buf(false, true)
  vim.bo[buffer].bufhidden = 'wipe'
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  local row = vim.o.lines - vim.o.cmdheight - 1
  for _, window in ipairs(shown) do
    if vim.api.nvim_win_is_valid(window) then
      local config = vim.api.nvim_win_get_config(window)
      row = math.min(row, config.row - config.height - 2)
    end
  end
  local window = vim.api.nvim_open_win(buffer, false, {
    relative = 'editor',
    anchor = 'SE',
    row = row,
    col = vim.o.columns,
    width = width,
    height = 1,
    style = 'minimal',
    border = 'rounded',
    title = ' cuttledoc ',
    focusable = false,
    noautocmd = true,
    zindex = 60,
  })
  vim.wo[window].wrap = true
  vim.wo[window].linebreak = true
  vim.wo[window].winhighlight = ('FloatBorder:%s,FloatTitle:%s'):format(
    GROUPS[level],
    GROUPS[level]
  )
  local height = vim.api.nvim_win_text_height(window, {}).all
  if row < height + 3 then -- no room above the others: over them
    row = vim.o.lines - vim.o.cmdheight - 1
  end
  vim.api.nvim_win_set_config(window, {
    relative = 'editor',
    anchor = 'SE',
    row = row,
    col = vim.o.columns,
    height = math.max(1, math.min(height, row - 3)),
  })
  shown[#shown + 1] = window
  vim.defer_fn(function()
    shown = vim.tbl_filter(function(one)
      return one ~= window and vim.api.nvim_win_is_valid(one)
    end, shown)
    if vim.api.nvim_win_is_valid(window) then
      vim.api.nvim_win_close(window, true)
      vim.cmd.redraw()
    end
  end, MILLISECONDS)
end

--- Show a message; where a plugin has taken `vim.notify` over, through that.
---@param message string
---@param level? integer One of vim.log.levels; INFO where it is left out.
function M.show(message, level)
  if vim.in_fast_event() then
    return vim.schedule(function()
      M.show(message, level)
    end)
  end
  level =
    math.min(math.max(level or vim.log.levels.INFO, vim.log.levels.INFO), vim.log.levels.ERROR)
  if not is_plain() then
    vim.notify(message, level, { title = 'cuttledoc' })
    return
  end
  local line = 'cuttledoc: ' .. message
  local fits = not line:find('\n') and vim.fn.strdisplaywidth(line) <= vim.v.echospace
  if fits then
    vim.notify(line, level)
    return
  end
  -- A message that needs more than one line would stop the user until they press a key.
  vim.schedule(function()
    vim.cmd('silent echomsg ' .. vim.fn.string((line:gsub('\n', ' '))))
    pop_up(message, level)
    vim.cmd.redraw() -- else it would be seen only with the next key
  end)
end

return M
