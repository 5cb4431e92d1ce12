// Commands about models.

import * as vscode from "vscode";
import type { ServerHost } from "../server/host.ts";
import type { Model } from "../server/protocol.ts";

export async function downloadModel(host: ServerHost): Promise<void> {
  const listed = await host.run("listModels", {});
  if (listed === undefined) return;
  const absent = listed.models.filter((model) => !model.installed);
  if (absent.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t("All models are installed."));
    return;
  }
  const choice = await vscode.window.showQuickPick(absent.map(item), {
    title: vscode.l10n.t("Download which model?"),
    matchOnDescription: true,
  });
  if (choice !== undefined) await host.run("downloadModel", { id: choice.model.id });
}

/** A list of all models: choose one to use it; a button downloads or deletes it. */
export async function manageModels(host: ServerHost): Promise<void> {
  const picker = vscode.window.createQuickPick<Item>();
  picker.title = vscode.l10n.t("Models");
  picker.placeholder = vscode.l10n.t("Choose a model to use it; the buttons download and delete");
  picker.matchOnDescription = true;
  picker.matchOnDetail = true;
  picker.onDidTriggerItemButton(async ({ item: { model } }) => {
    picker.hide();
    if (model === undefined) return;
    if (!model.installed) await host.run("downloadModel", { id: model.id });
    else if (await sure(model)) await host.run("removeModel", { id: model.id });
  });
  picker.onDidAccept(async () => {
    const chosen = picker.selectedItems[0];
    picker.hide();
    if (chosen !== undefined) await use(host, chosen.model);
  });
  picker.onDidHide(() => picker.dispose());
  picker.busy = true;
  picker.show();
  const models = (await host.run("listModels", {}))?.models ?? [];
  const buttons = (model: Model): vscode.QuickInputButton[] => [
    model.installed ? remove() : download(),
  ];
  picker.items = [
    { label: vscode.l10n.t("$(globe) Choose by language"), model: undefined },
    ...models.map((model) => ({ ...item(model), buttons: buttons(model) })),
  ];
  picker.busy = false;
}

/** Use a model from now on; undefined to have one chosen by language. */
async function use(host: ServerHost, model: Model | undefined): Promise<void> {
  if (model !== undefined && !model.installed) {
    const done = await host.run("downloadModel", { id: model.id });
    if (done?.done !== true) return;
  }
  if (model !== undefined && model.kind !== RECOGNISER) return;
  const settings = vscode.workspace.getConfiguration("cuttledoc");
  await settings.update("model", model?.id, vscode.ConfigurationTarget.Global);
  const message =
    model === undefined
      ? vscode.l10n.t("The model is chosen by language from now on")
      : vscode.l10n.t("{0} is used from now on", model.id);
  vscode.window.setStatusBarMessage(`$(check) ${message}`, 5_000);
}

/** An entry of the list; without a model it stands for the choice by language. */
interface Item extends vscode.QuickPickItem {
  readonly model: Model | undefined;
}

const RECOGNISER = "recogniser";

function item(model: Model): vscode.QuickPickItem & { readonly model: Model } {
  const state = model.installed ? vscode.l10n.t("installed") : vscode.l10n.t("not installed");
  const size = `${Math.round(model.bytes / 1_000_000)} MB`;
  const purpose =
    model.kind === RECOGNISER ? vscode.l10n.t("turns speech into text") : vscode.l10n.t("helper");
  const languages =
    model.languages.length === 0
      ? vscode.l10n.t("any language")
      : `${model.languages.slice(0, 12).join(", ")}${model.languages.length > 12 ? " …" : ""}`;
  return {
    label: `$(${model.installed ? "check" : "cloud-download"}) ${model.id}`,
    description: `${state} · ${size}`,
    detail: [purpose, languages, model.licence].join(" · "),
    model,
  };
}

function download(): vscode.QuickInputButton {
  return { iconPath: new vscode.ThemeIcon("cloud-download"), tooltip: vscode.l10n.t("Download") };
}

function remove(): vscode.QuickInputButton {
  return { iconPath: new vscode.ThemeIcon("trash"), tooltip: vscode.l10n.t("Delete") };
}

async function sure(model: Model): Promise<boolean> {
  const yes = vscode.l10n.t("Delete");
  const message = vscode.l10n.t("Delete the model {0} from this computer?", model.id);
  return (await vscode.window.showWarningMessage(message, { modal: true }, yes)) === yes;
}
