/** What every page needs: switches, dialogs, toasts, buttons that wait, the menu. Pages work without it. */

import { watchBusyForms } from "./busy";
import { watchDialogs } from "./dialogs";
import { watchSignOut } from "./forget";
import { watchMenu } from "./menu";
import { forgetOthers } from "./offline/own";
import { watchPreferences } from "./preferences";
import { watchPrinting } from "./printing";
import { watchToasts } from "./toasts";

watchSignOut();
watchBusyForms();
watchDialogs();
watchMenu();
watchPreferences();
watchPrinting();
watchToasts();
document.querySelector<HTMLElement>("[data-focus]")?.focus();
const account = document.body.dataset["account"]; // a page that could not be drawn whole does not say who looks
if (account !== undefined) void forgetOthers(account);
