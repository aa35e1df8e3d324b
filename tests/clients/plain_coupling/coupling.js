// A deliberately plain coupling: it polls, books what it has not booked before, and hopes. It knows
// no marks, no corrections and no recovery, so a lost answer is booked twice. Its contract with
// `koppeling run --coupling` is docs/outside-coupling.md.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const Odoo = require('odoo-await');
const soap = require('soap');

const env = (name) => process.env[`KOPPELING_${name}`];
const options = JSON.parse(env('OPTIONS'));
const PAUSE = 50; // milliseconds between two rounds
const ANSWER = { timeout: 2000 }; // milliseconds that a call may take
const VAT_CODES = { 0: 'GEEN', 0.06: 'LAAG_VERK', 0.21: 'HOOG_VERK_21' };
const CASH = { cash: '1000', bank: '1050' };
const cents = (amount) => Math.round((amount + Number.EPSILON * Math.sign(amount)) * 100) / 100;
const list = (value) => (value == null ? [] : Array.isArray(value) ? value : [value]);
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// --- what was booked, by document; on disk, since it must outlive this process ---------------

const file = path.join(env('STATE'), 'booked.json');
const state = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file)) : { booked: {} };
const save = () => fs.writeFileSync(file, JSON.stringify(state));

// --- e-Boekhouden ----------------------------------------------------------------------------

class Books {
  async open() {
    this.client ??= await soap.createClientAsync(env('EBOEKHOUDEN_WSDL'));
    const code2 = env('EBOEKHOUDEN_SECURITY_CODE_2');
    const opened = await this.ask('OpenSession', {
      Username: env('EBOEKHOUDEN_USERNAME'), SecurityCode1: env('EBOEKHOUDEN_SECURITY_CODE_1'),
      SecurityCode2: code2, Source: 'plain',
    });
    this.session = { SessionID: opened.SessionID, SecurityCode2: code2 };
  }

  async ask(operation, message) {
    const [answer] = await this.client[`${operation}Async`]({ ...this.session, ...message }, ANSWER);
    const result = answer[`${operation}Result`];
    const error = result?.ErrorMsg ?? result;
    if (error?.LastErrorCode) throw new Error(`${operation}: ${error.LastErrorDescription}`);
    return result;
  }

  async close() {
    await this.client.CloseSessionAsync({ SessionID: this.session.SessionID }, ANSWER);
    this.session = undefined;
  }

  async needAccount(code, name) {
    const found = await this.ask('GetGrootboekrekeningen', { cFilter: { ID: 0, Code: code } });
    if (list(found.Rekeningen?.cGrootboekrekening).length) return;
    await this.ask('AddGrootboekrekening', {
      oGb: { ID: 0, Code: code, Omschrijving: name, Categorie: 'VW', Groep: '' },
    });
  }

  async needRelation(partner) {
    const code = partner.ref || `B${partner.id}`;
    const found = await this.ask('GetRelaties', { cFilter: { Trefwoord: '', Code: code, ID: 0 } });
    if (!list(found.Relaties?.cRelatie).length) {
      await this.ask('AddRelatie', {
        oRel: {
          ID: 0, AddDatum: '2017-01-01T00:00:00', Code: code, Bedrijf: partner.name,
          Adres: partner.street || '', Postcode: partner.zip || '', Plaats: partner.city || '',
          BTWNummer: partner.vat || '', BP: partner.is_company ? 'B' : 'P', Gb_ID: 0, GeenEmail: 0,
          NieuwsbriefgroepenCount: 0,
        },
      });
    }
    return code;
  }

  async book(mutation, lines) {
    const rows = lines.map(({ account, rate, excl, vat }) => ({
      BedragInvoer: excl, BedragExclBTW: excl, BedragBTW: vat, BedragInclBTW: cents(excl + vat),
      BTWCode: VAT_CODES[rate], BTWPercentage: rate * 100, TegenrekeningCode: account,
      KostenplaatsID: 0,
    }));
    await this.ask('AddMutatie', {
      oMut: { MutatieNr: 0, InExBTW: 'EX', ...mutation, MutatieRegels: { cMutatieRegel: rows } },
    });
  }
}

// --- Bizzcloud -------------------------------------------------------------------------------

const odoo = new Odoo({
  baseUrl: env('BIZZCLOUD_URL'), db: env('BIZZCLOUD_DATABASE'), username: env('BIZZCLOUD_LOGIN'),
  password: env('BIZZCLOUD_PASSWORD'),
});

async function one(model, id, fields) {
  const [row] = await odoo.read(model, [id], fields);
  return row;
}

async function invoiceLines(ids) {
  const rows = await odoo.read('account.invoice.line', ids,
    ['account_id', 'price_subtotal', 'invoice_line_tax_id']);
  return Promise.all(rows.map(async (row) => {
    const [tax] = row.invoice_line_tax_id;
    const rate = tax ? Number((await one('account.tax', tax, ['amount'])).amount.toFixed(4)) : 0;
    const account = await one('account.account', row.account_id[0], ['code', 'name']);
    return { account: account.code, name: account.name, rate, excl: cents(row.price_subtotal),
      vat: cents(row.price_subtotal * rate) };
  }));
}

async function receiptLines(ids) {
  const rows = await odoo.read('pos.order.line', ids,
    ['product_id', 'price_subtotal', 'price_subtotal_incl']);
  return Promise.all(rows.map(async (row) => {
    const product = await one('product.product', row.product_id[0],
      ['taxes_id', 'property_account_income']);
    const [tax] = product.taxes_id;
    const rate = tax ? Number((await one('account.tax', tax, ['amount'])).amount.toFixed(4)) : 0;
    const account = await one('account.account', product.property_account_income[0],
      ['code', 'name']);
    return { account: account.code, name: account.name, rate, excl: cents(row.price_subtotal),
      vat: cents(row.price_subtotal_incl - row.price_subtotal) };
  }));
}

async function bookInvoice(books, row) {
  const partner = await one('res.partner', row.partner_id[0],
    ['ref', 'name', 'street', 'zip', 'city', 'vat', 'is_company']);
  const lines = await invoiceLines(row.invoice_line);
  const sign = row.type === 'out_refund' ? -1 : 1;
  for (const line of lines) await books.needAccount(line.account, line.name);
  const days = (Date.parse(row.date_due) - Date.parse(row.date_invoice)) / 86400000;
  await books.book({
    Soort: 'FactuurVerstuurd', Datum: row.date_invoice, Rekening: '1300',
    RelatieCode: await books.needRelation(partner), Factuurnummer: row.number,
    Omschrijving: `Factuur ${row.number}`, Betalingstermijn: String(Math.max(days || 0, 0)),
  }, lines.map((line) => ({ ...line, excl: sign * line.excl, vat: sign * line.vat })));
}

async function bookReceipt(books, row) {
  const lines = await receiptLines(row.lines);
  for (const line of lines) await books.needAccount(line.account, line.name);
  const [payment] = await odoo.read('account.bank.statement.line', row.statement_ids, ['journal_id']);
  const journal = await one('account.journal', payment.journal_id[0], ['type']);
  await books.book({
    Soort: 'GeldOntvangen', Datum: row.date_order.slice(0, 10), Rekening: CASH[journal.type],
    Omschrijving: `Bon ${row.name}`, Boekstuk: row.name,
  }, lines);
}

// --- the rounds ------------------------------------------------------------------------------

async function bookNew(books, model, domain, fields, book) {
  for (const row of await odoo.searchRead(model, domain, fields, { order: 'id' })) {
    if (state.booked[`${model},${row.id}`]) continue;
    await book(books, row);
    state.booked[`${model},${row.id}`] = true;
    save();
  }
}

async function round(books) {
  await books.open();
  await bookNew(books, 'account.invoice',
    [['type', 'in', ['out_invoice', 'out_refund']], ['state', 'in', ['open', 'paid']],
      ['date_invoice', '>=', state.from]],
    ['type', 'number', 'date_invoice', 'date_due', 'partner_id', 'invoice_line'], bookInvoice);
  await bookNew(books, 'pos.order',
    [['state', 'in', ['paid', 'done', 'invoiced']], ['date_order', '>=', state.from]],
    ['name', 'date_order', 'lines', 'statement_ids'], bookReceipt);
  await books.close();
}

async function main() {
  const books = new Books();
  await odoo.connect();
  const { now } = await (await fetch(env('CLOCK'))).json();
  state.from = options['book from'] ?? state.from ?? now.slice(0, 10);
  await round(books);
  for (;;) {
    console.log('at rest');
    await sleep(PAUSE);
    // What failed is tried again in the next round.
    await round(books).catch((error) => console.error(error.message));
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
