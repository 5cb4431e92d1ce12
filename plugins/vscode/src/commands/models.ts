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

/** A list of all models; the buttons of each use, download or delete it. */
export async function manageModels(host: ServerHost): Promise<void> {
  const picker = vscode.window.createQuickPick<ModelItem>();
  picker.title = vscode.l10n.t("Models");
  picker.placeholder = vscode.l10n.t("Choose a model to use it; the buttons download and delete");
  picker.matchOnDescription = true;
  const fill = async (): Promise<void> => {
    picker.busy = true;
    const models = (await host.run("listModels", {}))?.models ?? [];
    picker.items = models.map((model) => ({
      ...item(model),
      buttons: [model.installed ? remove() : download()],
    }));
    picker.busy = false;
  };
  picker.onDidTriggerItemButton(async ({ item: { model } }) => {
    if (!model.installed) {
      picker.hide();
      await host.run("downloadModel", { id: model.id });
    } else if (await sure(model)) await host.run("removeModel", { id: model.id });
  });
  picker.onDidAccept(async () => {
    const model = picker.selectedItems[0]?.model;
    picker.hide();
    if (model === undefined) return;
    if (!model.installed && (await host.run("downloadModel", { id: model.id }))?.done !== true)
      return;
    if (model.kind !== "recogniser") return;
    await vscode.workspace
      .getConfiguration("cuttledoc")
      .update("model", model.id, vscode.ConfigurationTarget.Global);
    vscode.window.setStatusBarMessage(
      `$(check) ${vscode.l10n.t("{0} is used from now on", model.id)}`,
      5_000,
    );
  });
  picker.onDidHide(() => picker.dispose());
  picker.show();
  await fill();
}

interface ModelItem extends vscode.QuickPickItem {
  readonly model: Model;
}

function item(model: Model): ModelItem {
  const state = model.installed ? vscode.l10n.t("installed") : vscode.l10n.t("not installed");
  const size = `${Math.round(model.bytes / 1_000_000)} MB`;
  const languages =
    model.languages.length > 0
      ? model.languages.slice(0, 12).join(", ")
      : vscode.l10n.t("any language");
  return {
    label: `$(${model.installed ? "check" : "cloud-download"}) ${model.id}`,
    description: `${state} · ${size}`,
    detail: [languages + (model.languages.length > 12 ? " …" : ""), model.licence, model.kind].join(
      " · ",
    ),
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
