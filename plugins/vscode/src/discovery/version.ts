// Versions of the server and of the extension.

/** The version in what `cuttledoc-lsp --version` prints; undefined if there is none. */
export function versionIn(output: string): string | undefined {
  return /^cuttledoc-lsp (\d+\.\d+\S*)\s*$/m.exec(output)?.[1];
}

/** Whether a server and an extension speak the same language: the same two first numbers. */
export function fits(server: string, extension: string): boolean {
  const series = (version: string): string | undefined => /^(\d+\.\d+)(?!\d)/.exec(version)?.[1];
  return series(server) !== undefined && series(server) === series(extension);
}
