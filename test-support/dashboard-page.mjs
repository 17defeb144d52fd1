// What a user does on the dashboard and on the tenant's pages.

export const PASSWORD = "Correct-horse-1";

export const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
export const message = (page) => page.getByRole("status").textContent();

export async function fillIn(page, email, password = PASSWORD) {
  await page.getByLabel("Email address").fill(email);
  await page.getByLabel("Password").fill(password);
  await press(page, "Continue");
}

export async function logIn(page, url, email = "ada@example.com") {
  await page.goto(url);
  await page.getByRole("link", { name: "Log in" }).click();
  await fillIn(page, email);
  await page.getByRole("heading", { name: "Your account" }).waitFor();
}
