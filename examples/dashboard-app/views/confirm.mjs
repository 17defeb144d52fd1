// Confirmation before something that cannot be undone: a button opens a dialog, whose own button sends the form.
//
// Browsers show and hide a `popover` without a script. Those that do not know it show the dialog's content in place, and
// its form works too.

import { html } from "../html.mjs";
import { form } from "./layout.mjs";

/**
 * @param {{ id: string, open: object | string, style?: string, title: string, content: object, label: string,
 *   action: string, fields?: Record<string, string> }} question `open` is the content of the button that opens the
 *   dialog, `label` the text of the button that confirms
 */
export function confirm({ id, open, style = "quiet", title, content, label, action, fields }) {
  return html`<button class="${style}" type="button" popovertarget="${id}">${open}</button>
            <div class="dialog" id="${id}" popover role="dialog" aria-labelledby="${id}-title">
              <h3 id="${id}-title">${title}</h3>
              ${content}
              <div class="choice">
                <button class="quiet" type="button" popovertarget="${id}" popovertargetaction="hide" autofocus>Cancel</button>
                ${form(action, html`<button class="danger">${label}</button>`, fields)}
              </div>
            </div>`;
}
