// Pages with a single message.

import { html } from "../html.mjs";
import { layout } from "./layout.mjs";

const simple = ({ title, user, head, content }) =>
  layout({
    title,
    user,
    head,
    content: html`<section class="card single"><h1>${title}</h1>${content}</section>`,
  });

const button = (href, label) => html`<p><a class="button" href="${href}">${label}</a></p>`;

export const welcomePage = () =>
  simple({
    title: "Look after your account",
    content: html`<p>See where you are signed in, choose how you sign in, and change your password.</p>
      ${button("/sign-in", "Sign in")}`,
  });

export const signedOutPage = () =>
  simple({
    title: "You were signed out",
    content: html`<p>Your session has ended: it expired, or it was signed out from another of your
      sessions.</p>${button("/sign-in", "Sign in")}`,
  });

export const passwordChangedPage = () =>
  simple({
    title: "Your password was changed",
    content: html`<p>You have been signed out everywhere, including here. Sign in with your new password
      to return to your account.</p>${button("/sign-in", "Sign in")}`,
  });

export const confirmPage = ({ user }) =>
  simple({
    title: "Confirm that it is you",
    user,
    content: html`<p>To change how you sign in, please sign in again. You then have five minutes
      to make changes.</p>${button("/sign-in/again", "Sign in again")}
      <p><a href="/">Back to your account</a></p>`,
  });

/**
 * Leads to another site. A plain redirect would be blocked: browsers apply our `form-action` to redirects
 * that follow a form, and the tenant redirects to sites that we do not know in advance.
 */
export const leavingPage = (url, name) =>
  simple({
    title: `Taking you to ${name}`,
    head: html`<meta http-equiv="refresh" content="0; url=${url}">`,
    content: button(url, "Continue"),
  });

export const problemPage = ({ title, text, isCallback }) =>
  simple({
    title,
    content: html`<p role="alert">${text}</p>
      ${isCallback ? button("/sign-in", "Sign in") : button("/", "Back to your account")}`,
  });
