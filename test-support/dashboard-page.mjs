// What a user does on the dashboard and on the tenant's pages.

export const PASSWORD = "Correct-horse-1";

export const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
/** Presses a button that asks first, and confirms. */
export async function pressAndConfirm(page, name) {
  await page.getByRole("button", { name }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /^(Sign out|Disconnect|Remove)/ })
    .click();
}

export const message = (page) => page.getByRole("status").textContent();

export async function fillIn(page, email, password = PASSWORD) {
  await page.getByLabel("Email address").fill(email);
  await page.getByLabel("Password").fill(password);
  await press(page, "Continue");
}

export async function signIn(page, url, email = "ada@example.com") {
  await page.goto(url);
  await page.getByRole("link", { name: "Sign in" }).click();
  await fillIn(page, email);
  await page.getByRole("heading", { name: "Your account" }).waitFor();
}
