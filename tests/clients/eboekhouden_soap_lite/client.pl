# Perl's SOAP::Lite, without the WSDL, as scripts use it. Reads the target as JSON from the environment,
# does what every client here does, and prints what it saw as JSON.
use strict;
use warnings;
use utf8;
use JSON::PP;
use SOAP::Lite;

my $target = decode_json($ENV{TARGET});
my $namespace = 'http://www.e-boekhouden.nl/soap';
my ($address) = $target->{wsdl} =~ /^([^?]*)/;
my $client = SOAP::Lite->new(proxy => [$address, keep_alive => 1], default_ns => $namespace);
$client->on_action(sub { "$namespace/$_[1]" });

# Fields are pairs of a name and a value, in order; a list of pairs is an element with elements inside.
sub field {
    my ($name, $value) = @_;
    return SOAP::Data->name($name => \SOAP::Data->value(map { field(@$_) } @$value)) if ref $value;
    return SOAP::Data->name($name => $value)->type('string');
}

sub call {
    my ($operation, @fields) = @_;
    my $answer = $client->call($operation, map { field(@$_) } @fields);
    die "$operation: " . $answer->faultstring if $answer->fault;
    return $answer->result;
}

sub refusal {
    my ($result) = @_;
    my $error = exists $result->{ErrorMsg} ? $result->{ErrorMsg} : $result;
    return $error->{LastErrorCode} || undef;
}

sub checked {
    my ($result) = @_;
    my $code = refusal($result);
    die $code if $code;
    return $result;
}

sub line {
    my ($account, $code, $rate, $excl, $vat, $incl) = @_;
    return [cMutatieRegel => [
        [BedragInvoer => $excl], [BedragExclBTW => $excl], [BedragBTW => $vat],
        [BedragInclBTW => $incl], [BTWCode => $code], [BTWPercentage => $rate],
        [TegenrekeningCode => $account], [KostenplaatsID => 0]]];
}

my $opened = checked(call('OpenSession', [Username => $target->{username}],
    [SecurityCode1 => $target->{security_code_1}], [SecurityCode2 => $target->{security_code_2}],
    [Source => 'perl']));
my $code_2 = [SecurityCode2 => $target->{security_code_2}];
my @session = ([SessionID => $opened->{SessionID}], $code_2);
my $accounts = checked(call('GetGrootboekrekeningen', @session, [cFilter => [[ID => 0]]]));

sub relation {
    my ($id, $company) = @_;
    return [oRel => [
        [ID => $id], [AddDatum => '2026-01-01T00:00:00'], [Code => 'PERL1'], [Bedrijf => $company],
        [Plaats => ''], [BP => 'B'], [Gb_ID => 0], [GeenEmail => 0], [NieuwsbriefgroepenCount => 0]]];
}

my $added = checked(call('AddRelatie', @session, relation(0, 'Café & Bar')));
my $duplicate = refusal(call('AddRelatie', @session, relation(0, 'Café & Bar')));
checked(call('UpdateRelatie', @session, relation($added->{Rel_ID}, 'Bakkerij de Groot & Zn.')));
my $found = checked(call('GetRelaties', @session, [cFilter => [[Code => 'PERL1'], [ID => 0]]]));

my $booked = checked(call('AddMutatie', @session, [oMut => [
    [MutatieNr => 0], [Soort => 'FactuurVerstuurd'], [Datum => '2026-03-02'], [Rekening => '1300'],
    [RelatieCode => 'PERL1'], [Factuurnummer => 'F-PERL-1'], [Omschrijving => 'Taart en brood'],
    [Betalingstermijn => '14'], [InExBTW => 'EX'], [MutatieRegels => [
        line('8020', 'HOOG_VERK_21', 21, '82.64', '17.35', '99.99'),
        line('8010', 'LAAG_VERK_9', 9, '10.00', '0.90', '10.90')]]]]));
my $row = checked(call('GetMutaties', @session, [cFilter => [
    [MutatieNr => $booked->{Mutatienummer}], [DatumVan => '0001-01-01T00:00:00'],
    [DatumTm => '0001-01-01T00:00:00']]]))->{Mutaties}{cMutatieList};

my $unknown = refusal(call('GetRelaties', [SessionID => 'none'], $code_2, [cFilter => [[ID => 0]]]));
$client->call('CloseSession', field(SessionID => $opened->{SessionID}));
my $closed = refusal(call('GetRelaties', @session, [cFilter => [[ID => 0]]]));

print encode_json({
    accounts => [map { "$_->{Code}" } @{$accounts->{Rekeningen}{cGrootboekrekening}}],
    relation => $found->{Relaties}{cRelatie}{Bedrijf},
    invoice => $row->{Factuurnummer},
    lines => [map { my $line = $_; [$line->{TegenrekeningCode}, $line->{BTWCode},
        map { sprintf '%.2f', $line->{$_} } qw(BedragExclBTW BedragBTW BedragInclBTW)]
    } @{$row->{MutatieRegels}{cMutatieListRegel}}],
    duplicate => $duplicate, unknown_session => $unknown, closed_session => $closed,
}), "\n";
