// node-soap. Reads the target as JSON from the environment, does what every client here does, and
// prints what it saw as JSON.
'use strict';
const soap = require('soap');

const target = JSON.parse(process.env.TARGET);

function checked(result) {
  const error = result.ErrorMsg || result;
  if (error.LastErrorCode) throw new Error(error.LastErrorCode);
  return result;
}

async function refusal(call) {
  try {
    await call();
  } catch (error) {
    return error.message;
  }
  return null;
}

const list = (value) => (Array.isArray(value) ? value : [value]);
const cents = (value) => Number(value).toFixed(2);
const line = (account, code, rate, excl, vat, incl) => ({
  BedragInvoer: excl, BedragExclBTW: excl, BedragBTW: vat, BedragInclBTW: incl, BTWCode: code,
  BTWPercentage: rate, TegenrekeningCode: account, KostenplaatsID: 0,
});

async function main() {
  const client = await soap.createClientAsync(target.wsdl);
  const call = async (name, message) =>
    checked((await client[`${name}Async`](message))[0][`${name}Result`]);

  const code2 = target.security_code_2;
  const opened = await call('OpenSession', {
    Username: target.username, SecurityCode1: target.security_code_1, SecurityCode2: code2,
    Source: 'node-soap',
  });
  const session = { SessionID: opened.SessionID, SecurityCode2: code2 };
  const accounts = await call('GetGrootboekrekeningen', { ...session, cFilter: { ID: 0 } });

  const relation = {
    ID: 0, AddDatum: '2026-01-01T00:00:00', Code: 'NODE1', Bedrijf: 'Bakkerij de Groot', BP: 'B',
    Gb_ID: 0, GeenEmail: 0, NieuwsbriefgroepenCount: 0,
  };
  const added = await call('AddRelatie', { ...session, oRel: relation });
  const duplicate = await refusal(() => call('AddRelatie', { ...session, oRel: relation }));
  await call('UpdateRelatie', {
    ...session, oRel: { ...relation, ID: added.Rel_ID, Bedrijf: 'Bakkerij de Groot & Zn.' },
  });
  const found = await call('GetRelaties', { ...session, cFilter: { Code: 'NODE1', ID: 0 } });

  const booked = await call('AddMutatie', {
    ...session,
    oMut: {
      MutatieNr: 0, Soort: 'FactuurVerstuurd', Datum: '2026-03-02', Rekening: '1300',
      RelatieCode: 'NODE1', Factuurnummer: 'F-NODE-1', Omschrijving: 'Taart en brood',
      Betalingstermijn: '14', InExBTW: 'EX',
      MutatieRegels: {
        cMutatieRegel: [
          line('8020', 'HOOG_VERK_21', 21, 82.64, 17.35, 99.99),
          line('8010', 'LAAG_VERK_9', 9, 10.0, 0.9, 10.9),
        ],
      },
    },
  });
  const read = await call('GetMutaties', {
    ...session,
    cFilter: {
      MutatieNr: booked.Mutatienummer, DatumVan: '0001-01-01T00:00:00',
      DatumTm: '0001-01-01T00:00:00',
    },
  });
  const unknown = await refusal(() =>
    call('GetRelaties', { ...session, SessionID: 'none', cFilter: { ID: 0 } }));
  await client.CloseSessionAsync({ SessionID: opened.SessionID });
  const closed = await refusal(() => call('GetRelaties', { ...session, cFilter: { ID: 0 } }));

  const row = list(read.Mutaties.cMutatieList)[0];
  console.log(JSON.stringify({
    accounts: list(accounts.Rekeningen.cGrootboekrekening).map((account) => account.Code),
    relation: list(found.Relaties.cRelatie)[0].Bedrijf,
    invoice: row.Factuurnummer,
    lines: list(row.MutatieRegels.cMutatieListRegel).map((found) => [
      found.TegenrekeningCode, found.BTWCode, cents(found.BedragExclBTW), cents(found.BedragBTW),
      cents(found.BedragInclBTW)]),
    duplicate, unknown_session: unknown, closed_session: closed,
  }));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
