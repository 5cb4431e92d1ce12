// The interpreter that the Python extension has chosen, if that extension is there.

import * as vscode from "vscode";

/** The part of the Python extension's interface that is used. */
interface PythonApi {
  readonly environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
    readonly onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
    resolveEnvironment(path: {
      readonly path: string;
    }): Promise<{ readonly executable: { readonly uri: vscode.Uri | undefined } } | undefined>;
  };
}

async function api(): Promise<PythonApi | undefined> {
  const extension = vscode.extensions.getExtension<PythonApi>("ms-python.python");
  if (extension === undefined) return undefined;
  try {
    return extension.isActive ? extension.exports : await extension.activate();
  } catch {
    return undefined; // it has its own way to say so
  }
}

/** The path of the chosen interpreter; undefined if there is none. */
export async function chosenPython(): Promise<string | undefined> {
  const environments = (await api())?.environments;
  if (environments === undefined) return undefined;
  const resource = vscode.workspace.workspaceFolders?.[0]?.uri;
  try {
    const chosen = await environments.resolveEnvironment(
      environments.getActiveEnvironmentPath(resource),
    );
    return chosen?.executable.uri?.fsPath;
  } catch {
    return undefined; // an older Python extension, of another interface
  }
}

/** Be told when another interpreter is chosen. */
export async function whenPythonChanges(
  changed: () => void,
): Promise<vscode.Disposable | undefined> {
  return (await api())?.environments.onDidChangeActiveEnvironmentPath(() => changed());
}
