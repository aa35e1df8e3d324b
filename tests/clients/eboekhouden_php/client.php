<?php
// PHP's own SoapClient, as the shop modules use it. Reads the target as JSON from the environment,
// does what every client here does, and prints what it saw as JSON.
$target = json_decode(getenv('TARGET'), true);
$client = new SoapClient($target['wsdl'], ['cache_wsdl' => WSDL_CACHE_NONE, 'exceptions' => true]);

function checked($result) {
    $error = $result->ErrorMsg ?? $result;
    if (!empty($error->LastErrorCode)) {
        throw new RuntimeException($error->LastErrorCode);
    }
    return $result;
}

function refusal(callable $call) {
    try {
        $call();
    } catch (RuntimeException $error) {
        return $error->getMessage();
    }
    return null;
}

function as_list($value) {
    return is_array($value) ? $value : [$value];
}

function line($account, $code, $rate, $excl, $vat, $incl) {
    return ['BedragInvoer' => $excl, 'BedragExclBTW' => $excl, 'BedragBTW' => $vat,
        'BedragInclBTW' => $incl, 'BTWCode' => $code, 'BTWPercentage' => $rate,
        'TegenrekeningCode' => $account, 'KostenplaatsID' => 0];
}

$opened = checked($client->OpenSession(['Username' => $target['username'],
    'SecurityCode1' => $target['security_code_1'], 'SecurityCode2' => $target['security_code_2'],
    'Source' => 'php'])->OpenSessionResult);
$session = ['SessionID' => $opened->SessionID, 'SecurityCode2' => $target['security_code_2']];

$accounts = checked($client->GetGrootboekrekeningen($session + ['cFilter' => ['ID' => 0]])
    ->GetGrootboekrekeningenResult)->Rekeningen->cGrootboekrekening;

$relation = ['ID' => 0, 'AddDatum' => '2026-01-01T00:00:00', 'Code' => 'PHP1',
    'Bedrijf' => 'Bakkerij de Groot', 'BP' => 'B', 'Gb_ID' => 0, 'GeenEmail' => 0,
    'NieuwsbriefgroepenCount' => 0];
$added = checked($client->AddRelatie($session + ['oRel' => $relation])->AddRelatieResult);
$duplicate = refusal(fn() => checked(
    $client->AddRelatie($session + ['oRel' => $relation])->AddRelatieResult));
$relation['ID'] = $added->Rel_ID;
$relation['Bedrijf'] = 'Bakkerij de Groot & Zn.';
checked($client->UpdateRelatie($session + ['oRel' => $relation])->UpdateRelatieResult);
$found = checked($client->GetRelaties($session + ['cFilter' => ['Code' => 'PHP1', 'ID' => 0]])
    ->GetRelatiesResult)->Relaties->cRelatie;

$booked = checked($client->AddMutatie($session + ['oMut' => ['MutatieNr' => 0,
    'Soort' => 'FactuurVerstuurd', 'Datum' => '2026-03-02', 'Rekening' => '1300',
    'RelatieCode' => 'PHP1', 'Factuurnummer' => 'F-PHP-1', 'Omschrijving' => 'Taart en brood',
    'Betalingstermijn' => '14', 'InExBTW' => 'EX', 'MutatieRegels' => ['cMutatieRegel' => [
        line('8020', 'HOOG_VERK_21', 21, 82.64, 17.35, 99.99),
        line('8010', 'LAAG_VERK_9', 9, 10.00, 0.90, 10.90)]]]])->AddMutatieResult);
$rows = checked($client->GetMutaties($session + ['cFilter' => [
    'MutatieNr' => $booked->Mutatienummer, 'DatumVan' => '0001-01-01T00:00:00',
    'DatumTm' => '0001-01-01T00:00:00']])->GetMutatiesResult)->Mutaties->cMutatieList;

$unknown = refusal(fn() => checked($client->GetRelaties(['SessionID' => 'none',
    'SecurityCode2' => $target['security_code_2'], 'cFilter' => ['ID' => 0]])->GetRelatiesResult));
$client->CloseSession(['SessionID' => $opened->SessionID]);
$closed = refusal(fn() => checked(
    $client->GetRelaties($session + ['cFilter' => ['ID' => 0]])->GetRelatiesResult));

echo json_encode([
    'accounts' => array_map(fn($account) => $account->Code, as_list($accounts)),
    'relation' => as_list($found)[0]->Bedrijf,
    'invoice' => as_list($rows)[0]->Factuurnummer,
    'lines' => array_map(fn($line) => [$line->TegenrekeningCode, $line->BTWCode,
        number_format($line->BedragExclBTW, 2, '.', ''), number_format($line->BedragBTW, 2, '.', ''),
        number_format($line->BedragInclBTW, 2, '.', '')],
        as_list(as_list($rows)[0]->MutatieRegels->cMutatieListRegel)),
    'duplicate' => $duplicate, 'unknown_session' => $unknown, 'closed_session' => $closed,
]);
