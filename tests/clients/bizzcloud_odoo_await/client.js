// odoo-await: does what every client here does, and prints what it saw as JSON.
// It has no call for workflow signals, so it opens the invoice by the workflow's own four steps.
"use strict";
const Odoo = require("odoo-await");
const target = JSON.parse(process.env.TARGET);

async function main() {
  const odoo = new Odoo({
    baseUrl: target.url,
    db: target.database,
    username: target.login,
    password: target.password,
  });
  const uid = await odoo.connect();
  const [company] = await odoo.searchRead("res.partner", [["is_company", "=", true]], ["name"]);
  const partner = await odoo.create("res.partner", { name: "Bakkerij de Groot", is_company: true });
  const invoice = await odoo.create("account.invoice", { ...target.invoice, partner_id: partner });
  for (const step of [
    "button_reset_taxes",
    "action_date_assign",
    "action_move_create",
    "action_number",
    "invoice_validate",
  ]) {
    await odoo.execute_kw("account.invoice", step, [[[invoice]]]);
  }
  const fields = ["number", "amount_total", "tax_line"];
  const [opened] = await odoo.read("account.invoice", [invoice], fields);
  const taxes = await odoo.read("account.invoice.tax", opened.tax_line, ["name", "amount"]);
  const product = await odoo.create("product.product", target.product);
  const session = await odoo.create("pos.session", { config_id: 1 });
  target.order.data.pos_session_id = session;
  target.order.data.lines[0][2].product_id = product;
  const [order] = await odoo.execute_kw("pos.order", "create_from_ui", [[[target.order]]]);
  const [receipt] = await odoo.read("pos.order", [order], ["state", "amount_total"]);
  let fault = null;
  try {
    await odoo.create("res.partner", { name: "Fout BV", vat: "NL000000000B00" });
  } catch (error) {
    fault = [error.constructor.name, error.faultString];
  }
  console.log(
    JSON.stringify({
      uid,
      company: company.name,
      number: opened.number,
      total: opened.amount_total,
      taxes: taxes.map((tax) => [tax.name, tax.amount]),
      receipt: [receipt.state, receipt.amount_total],
      fault,
    }),
  );
}

main();
