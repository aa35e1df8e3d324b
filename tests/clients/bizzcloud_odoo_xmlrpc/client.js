// odoo-xmlrpc: does what every client here does, and prints what it saw as JSON.
"use strict";
const { promisify } = require("node:util");
const Odoo = require("odoo-xmlrpc");
const target = JSON.parse(process.env.TARGET);

async function main() {
  const odoo = new Odoo({
    url: target.url,
    db: target.database,
    username: target.login,
    password: target.password,
  });
  const connect = promisify(odoo.connect.bind(odoo));
  const execute = promisify(odoo.execute_kw.bind(odoo));
  const signal = promisify(odoo.exec_workflow.bind(odoo));
  const call = (model, method, ...given) => execute(model, method, [given]);

  const uid = await connect();
  const [company] = await call("res.partner", "search_read", [["is_company", "=", true]], ["name"]);
  const partner = await call("res.partner", "create", {
    name: "Bakkerij de Groot",
    is_company: true,
  });
  const invoice = await call("account.invoice", "create", { ...target.invoice, partner_id: partner });
  await call("account.invoice", "button_reset_taxes", [invoice]);
  await signal("account.invoice", "invoice_open", [invoice]);
  const fields = ["number", "amount_total", "tax_line"];
  const [opened] = await call("account.invoice", "read", [invoice], fields);
  const taxes = await call("account.invoice.tax", "read", opened.tax_line, ["name", "amount"]);
  const product = await call("product.product", "create", target.product);
  const session = await call("pos.session", "create", { config_id: 1 });
  target.order.data.pos_session_id = session;
  target.order.data.lines[0][2].product_id = product;
  const [order] = await call("pos.order", "create_from_ui", [target.order]);
  const [receipt] = await call("pos.order", "read", [order], ["state", "amount_total"]);
  let fault = null;
  try {
    await call("res.partner", "create", { name: "Fout BV", vat: "NL000000000B00" });
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
