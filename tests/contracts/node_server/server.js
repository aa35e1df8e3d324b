// A small e-Boekhouden by node-soap, from a WSDL whose path it is given. It shares nothing with the
// fake: it keeps what somebody would build who read the WSDL and a client or two, and no more.
//
//   node server.js WSDL     prints {"url": "..."} and serves until its standard input ends
'use strict';
process.env.TZ = 'UTC';
const fs = require('fs');
const http = require('http');
const crypto = require('crypto');
const soap = require('soap');

const LOGIN = JSON.parse(process.env.LOGIN);
const GUID = '5D1C7E52-0F0B-4C7A-9B1D-6B4B7C3A2E10';
const RATES = {
  HOOG_VERK_21: 21, LAAG_VERK_9: 9, LAAG_VERK: 9, HOOG_INK_21: 21, LAAG_INK_9: 9, VERL_VERK: 0,
  BU_EU_VERK: 0, BI_EU_VERK: 0, BI_EU_VERK_D: 0, AFST_VERK: 0, AFW_VERK: null, GEEN: 0,
};
const CHART = [
  ['1000', 'Kas', 'FIN'], ['1010', 'Bank', 'FIN'], ['1050', 'Pin onderweg', 'FIN'],
  ['1300', 'Debiteuren', 'DEB'], ['1600', 'Crediteuren', 'CRED'], ['1650', 'Btw hoog', 'AF19'],
  ['1651', 'Btw laag', 'AF6'], ['1652', 'Btw overig', 'AFOVERIG'], ['1660', 'Voorbelasting', 'VOOR'],
  ['1670', 'Btw rekening-courant', 'BTWRC'], ['2000', 'Kruisposten', 'BAL'],
  ['4000', 'Kosten', 'VW'], ['8000', 'Omzet', 'VW'], ['8010', 'Omzet laag', 'VW'],
  ['8020', 'Omzet producten', 'VW'],
];

const state = {
  sessions: new Set(),
  accounts: CHART.map(([Code, Omschrijving, Categorie], place) => (
    { ID: place + 1, Code, Omschrijving, Categorie, Groep: '' })),
  relations: [],
  mutations: [],
  ids: 1000,
};

class Refused extends Error {
  constructor(code, text) {
    super(text);
    this.code = code;
  }
}

const refuse = (code, text) => { throw new Refused(code, text); };
const error = (code = '', text = '') => ({ LastErrorCode: code, LastErrorDescription: text });
const text = (value) => (typeof value === 'string' || typeof value === 'number' ? `${value}` : '');
const list = (value) => (value === undefined || value === null ? [] : [].concat(value));
const cents = (value) => Math.round(Number(value || 0) * 100);
const euros = (amount) => (amount / 100).toFixed(2);

function day(value) {
  const moment = value instanceof Date ? value : new Date(text(value));
  if (Number.isNaN(moment.getTime()) || moment.getUTCFullYear() < 1900) return '';
  return moment.toISOString().slice(0, 10);
}

// An operation in a session: its answer carries ErrorMsg, filled when it is refused.
function inSession(name, work, bare = false) {
  return (message) => {
    const call = message || {};
    try {
      if (!state.sessions.has(text(call.SessionID)) || text(call.SecurityCode2) !== LOGIN.code2) {
        refuse('E0023', 'Sessie onbekend');
      }
      const done = work(call) || {};
      return { [`${name}Result`]: bare ? error() : { ErrorMsg: error(), ...done } };
    } catch (wrong) {
      if (!(wrong instanceof Refused)) throw wrong;
      const said = error(wrong.code, wrong.message);
      return { [`${name}Result`]: bare ? said : { ErrorMsg: said } };
    }
  };
}

function open(name) {
  return (call) => {
    const right = text(call.Username) === LOGIN.username
      && text(call.SecurityCode1) === LOGIN.code1 && text(call.SecurityCode2) === LOGIN.code2
      && (name === 'OpenSession' || text(call.AdministratieGUID).toUpperCase() === GUID);
    if (!right) return { [`${name}Result`]: { ErrorMsg: error('L001', 'Inloggen mislukt') } };
    const session = crypto.randomUUID();
    state.sessions.add(session);
    return { [`${name}Result`]: { ErrorMsg: error(), SessionID: session } };
  };
}

function relationOf(sent) {
  const kept = {};
  for (const [name, value] of Object.entries(sent || {})) {
    kept[name] = value instanceof Date ? `${day(value)}T00:00:00` : text(value);
  }
  if (!kept.Code || !kept.Bedrijf || !kept.BP) refuse('R001', 'Code, Bedrijf en BP zijn verplicht');
  if (kept.Code.length > 15) refuse('R002', 'Code is te lang');
  return { ...kept, AddDatum: '2026-01-01T00:00:00', Gb_ID: 0, GeenEmail: 0, NieuwsbriefgroepenCount: 0 };
}

function addRelation(call) {
  const relation = relationOf(call.oRel);
  if (state.relations.some((one) => one.Code === relation.Code)) {
    refuse('CREL001', 'Relatiecode bestaat al');
  }
  state.ids += 1;
  state.relations.push({ ...relation, ID: state.ids });
  return { Rel_ID: state.ids };
}

function updateRelation(call) {
  const relation = relationOf(call.oRel);
  const place = state.relations.findIndex((one) => text(one.ID) === text(call.oRel.ID));
  if (place < 0) refuse('R003', 'Relatie bestaat niet');
  state.relations[place] = { ...relation, ID: state.relations[place].ID };
}

function getRelations(call) {
  const asked = call.cFilter || {};
  const word = text(asked.Trefwoord).toLowerCase();
  const found = state.relations.filter((one) => (
    (!text(asked.Code) || one.Code === text(asked.Code))
    && (!Number(text(asked.ID)) || text(one.ID) === text(asked.ID))
    && (!word || JSON.stringify(one).toLowerCase().includes(word))));
  return { Relaties: { cRelatie: found } };
}

function addAccount(call) {
  const sent = call.oGb || {};
  const [code, category] = [text(sent.Code), text(sent.Categorie)];
  if (!code || !text(sent.Omschrijving)) refuse('G001', 'Code en Omschrijving zijn verplicht');
  if (!['BAL', 'VW'].includes(category)) refuse('G002', 'Categorie is BAL of VW');
  if (state.accounts.some((one) => one.Code === code)) refuse('G003', 'Rekening bestaat al');
  state.ids += 1;
  state.accounts.push({
    ID: state.ids, Code: code, Omschrijving: text(sent.Omschrijving), Categorie: category,
    Groep: text(sent.Groep),
  });
  return { Gb_ID: state.ids };
}

function updateAccount(call) {
  const account = state.accounts.find((one) => text(one.ID) === text(call.oGb.ID));
  if (!account) refuse('G004', 'Rekening bestaat niet');
  account.Omschrijving = text(call.oGb.Omschrijving);
}

function getAccounts(call) {
  const asked = call.cFilter || {};
  const found = state.accounts.filter((one) => (
    (!text(asked.Code) || one.Code === text(asked.Code))
    && (!text(asked.Categorie) || one.Categorie === text(asked.Categorie))
    && (!Number(text(asked.ID)) || text(one.ID) === text(asked.ID))));
  found.sort((one, other) => one.Code.localeCompare(other.Code));
  return { Rekeningen: { cGrootboekrekening: found } };
}

const known = (code) => state.accounts.some((one) => one.Code === code);

function addMutation(call) {
  const sent = call.oMut || {};
  const lines = list((sent.MutatieRegels || {}).cMutatieRegel);
  if (!day(sent.Datum)) refuse('M001', 'Datum ontbreekt');
  if (!known(text(sent.Rekening))) refuse('M002', 'Rekening bestaat niet');
  if (!lines.length) refuse('M003', 'Er zijn geen regels');
  const relation = text(sent.RelatieCode);
  if (relation && !state.relations.some((one) => one.Code === relation)) {
    refuse('M004', 'Relatie bestaat niet');
  }
  for (const line of lines) {
    if (!known(text(line.TegenrekeningCode))) refuse('M005', 'Tegenrekening bestaat niet');
    if (!(text(line.BTWCode) in RATES)) refuse('M007', 'BTW-code bestaat niet');
  }
  const number = state.mutations.reduce((last, one) => Math.max(last, one.MutatieNr), 0) + 1;
  state.mutations.push({
    MutatieNr: number, Soort: text(sent.Soort), Datum: `${day(sent.Datum)}T00:00:00`,
    Rekening: text(sent.Rekening), RelatieCode: relation, Factuurnummer: text(sent.Factuurnummer),
    Boekstuk: text(sent.Boekstuk), Omschrijving: text(sent.Omschrijving),
    Betalingstermijn: text(sent.Betalingstermijn), InExBTW: text(sent.InExBTW) || 'EX',
    MutatieRegels: { cMutatieListRegel: lines.map((line) => ({
      BedragInvoer: euros(cents(line.BedragInvoer)), BedragExclBTW: euros(cents(line.BedragExclBTW)),
      BedragBTW: euros(cents(line.BedragBTW)), BedragInclBTW: euros(cents(line.BedragInclBTW)),
      BTWCode: text(line.BTWCode), BTWPercentage: RATES[text(line.BTWCode)] || 0,
      Factuurnummer: text(sent.Factuurnummer), TegenrekeningCode: text(line.TegenrekeningCode),
      KostenplaatsID: 0,
    })) },
  });
  return { Mutatienummer: number };
}

function getMutations(call) {
  const asked = call.cFilter || {};
  const number = (name) => Number(text(asked[name])) || 0;
  const found = state.mutations.filter((one) => (
    (!number('MutatieNr') || one.MutatieNr === number('MutatieNr'))
    && (!number('MutatieNrVan') || one.MutatieNr >= number('MutatieNrVan'))
    && (!number('MutatieNrTm') || one.MutatieNr <= number('MutatieNrTm'))
    && (!text(asked.Factuurnummer) || one.Factuurnummer === text(asked.Factuurnummer))
    && (!day(asked.DatumVan) || one.Datum.slice(0, 10) >= day(asked.DatumVan))
    && (!day(asked.DatumTm) || one.Datum.slice(0, 10) <= day(asked.DatumTm))));
  return { Mutaties: { cMutatieList: found.slice(-500) } };
}

const moved = (kind) => (['GeldUitgegeven', 'FactuurOntvangen'].includes(kind) ? -1 : 1);

function balance(code) {
  let amount = 0;
  for (const mutation of state.mutations) {
    const sign = moved(mutation.Soort);
    for (const line of mutation.MutatieRegels.cMutatieListRegel) {
      if (mutation.Rekening === code) amount += sign * cents(line.BedragInclBTW);
      if (line.TegenrekeningCode === code) amount -= sign * cents(line.BedragExclBTW);
    }
  }
  return amount / 100;
}

function openItems() {
  const items = new Map();
  for (const mutation of state.mutations) {
    const key = `${mutation.RelatieCode} ${mutation.Factuurnummer}`;
    const total = mutation.MutatieRegels.cMutatieListRegel
      .reduce((sum, line) => sum + cents(line.BedragInclBTW), 0);
    if (mutation.Soort === 'FactuurVerstuurd') {
      items.set(key, {
        MutDatum: mutation.Datum, MutFactuur: mutation.Factuurnummer,
        RelCode: mutation.RelatieCode, RelBedrijf: '', Bedrag: total, Voldaan: 0,
      });
    } else if (mutation.Soort === 'FactuurbetalingOntvangen' && items.has(key)) {
      items.get(key).Voldaan += total;
    }
  }
  const open = [...items.values()].filter((item) => item.Bedrag !== item.Voldaan);
  return { Openposten: { cOpenPost: open.map((item) => ({
    ...item, Bedrag: item.Bedrag / 100, Voldaan: item.Voldaan / 100,
    Openstaand: (item.Bedrag - item.Voldaan) / 100,
  })) } };
}

const operations = {
  OpenSession: open('OpenSession'),
  OpenSessionSub: open('OpenSessionSub'),
  CloseSession: (call) => { state.sessions.delete(text(call.SessionID)); return {}; },
  GetAdministraties: inSession('GetAdministraties', () => ({ Administraties: { cAdministratie: [
    { Bedrijf: LOGIN.company, Plaats: '', Guid: GUID, StartBoekjaar: '2026' }] } })),
  GetGrootboekrekeningen: inSession('GetGrootboekrekeningen', getAccounts),
  AddGrootboekrekening: inSession('AddGrootboekrekening', addAccount),
  UpdateGrootboekrekening: inSession('UpdateGrootboekrekening', updateAccount, true),
  GetRelaties: inSession('GetRelaties', getRelations),
  AddRelatie: inSession('AddRelatie', addRelation),
  UpdateRelatie: inSession('UpdateRelatie', updateRelation, true),
  GetMutaties: inSession('GetMutaties', getMutations),
  AddMutatie: inSession('AddMutatie', addMutation),
  GetSaldo: inSession('GetSaldo', (call) => ({ Saldo: balance(text(call.cFilter.GbCode)) })),
  GetSaldi: inSession('GetSaldi', (call) => ({ Saldi: { cSaldo: state.accounts
    .filter((one) => !text(call.cFilter.Categorie) || one.Categorie === text(call.cFilter.Categorie))
    .map(({ ID, Code, Categorie }) => ({ ID, Code, Categorie, Saldo: balance(Code) })) } })),
  GetOpenPosten: inSession('GetOpenPosten', openItems),
};

const server = http.createServer((request, response) => { response.statusCode = 404; response.end(); });
server.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  const wsdl = fs.readFileSync(process.argv[2], 'utf8')
    .replace(/(address\s+location=)"[^"]*"/g, `$1"${url}/soap.asmx"`);
  const ports = { soapAppSoap: operations, soapAppSoap12: operations };
  soap.listen(server, '/soap.asmx', { soapApp: ports }, wsdl, () => {
    console.log(JSON.stringify({ url, guid: GUID }));
  });
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
