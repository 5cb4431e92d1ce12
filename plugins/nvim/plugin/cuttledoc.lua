-- All that happens at start: names are registered. Everything else is loaded by first use.
if vim.g.loaded_cuttledoc then
  return
end
vim.g.loaded_cuttledoc = true

if vim.fn.has('nvim-0.11') == 0 then
  vim.schedule(function()
    vim.notify('cuttledoc needs Neovim 0.11 or newer.', vim.log.levels.ERROR)
  end)
  return
end

vim.api.nvim_create_user_command('Cuttledoc', function(args)
  require('cuttledoc.commands').run(args)
end, {
  nargs = '*',
  range = true,
  bang = true,
  complete = function(...)
    return require('cuttledoc.commands').complete(...)
  end,
  desc = 'Transcripts of the recordings that this document links to',
})

for name, action in pairs({
  transcribe = 'transcribe',
  ['transcribe-all'] = 'transcribe_all',
  refresh = 'refresh',
  remove = 'remove',
  show = 'show',
  cancel = 'cancel',
  play = 'play',
  open = 'open',
  link = 'link',
  search = 'search',
}) do
  local lhs = ('<Plug>(cuttledoc-%s)'):format(name)
  vim.keymap.set('n', lhs, ('<Cmd>Cuttledoc %s<CR>'):format(action))
  if action == 'transcribe' then
    vim.keymap.set('x', lhs, ':Cuttledoc transcribe<CR>', { silent = true })
  end
end

vim.api.nvim_create_autocmd('FileType', {
  group = vim.api.nvim_create_augroup('cuttledoc.start', {}),
  pattern = (vim.g.cuttledoc or {}).filetypes or 'markdown',
  callback = function()
    return require('cuttledoc.start').begin()
  end,
})

if vim.v.vim_did_enter == 1 then
  require('cuttledoc.start').late()
end
