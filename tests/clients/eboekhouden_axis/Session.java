// Java's Axis with the classes that it makes from the WSDL. Reads the target as JSON from the
// environment, does what every client here does, and prints what it saw as JSON. It also reads an
// invoice that was made there: Axis takes an element without a declared type by its xsi:type alone.
import eboekhouden.*;
import java.math.BigDecimal;
import java.net.URL;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

public class Session {
    private static final Calendar DAY = new GregorianCalendar(2026, Calendar.MARCH, 2);
    private static final Calendar FIRST = new GregorianCalendar(1980, Calendar.JANUARY, 1);
    private static final Calendar LAST = new GregorianCalendar(2049, Calendar.DECEMBER, 31);

    private static String target(String name) {
        Matcher found = Pattern.compile("\"" + name + "\": *\"([^\"]*)\"").matcher(System.getenv("TARGET"));
        if (!found.find()) throw new IllegalStateException("TARGET has no " + name);
        return found.group(1);
    }

    private static String refusal(CError error) {
        String code = error.getLastErrorCode();
        return code == null || code.isEmpty() ? null : code;
    }

    private static void check(CError error) {
        if (refusal(error) != null) throw new IllegalStateException(refusal(error));
    }

    private static CMutatieRegel line(String account, String code, String rate, String excl, String vat, String incl) {
        CMutatieRegel line = new CMutatieRegel();
        line.setBedragInvoer(new BigDecimal(excl));
        line.setBedragExclBTW(new BigDecimal(excl));
        line.setBedragBTW(new BigDecimal(vat));
        line.setBedragInclBTW(new BigDecimal(incl));
        line.setBTWCode(code);
        line.setBTWPercentage(new BigDecimal(rate));
        line.setTegenrekeningCode(account);
        return line;
    }

    private static String json(Object value) {
        if (value == null) return "null";
        if (!(value instanceof List)) return "\"" + value + "\"";
        List<String> items = new ArrayList<>();
        for (Object item : (List<?>) value) items.add(json(item));
        return "[" + String.join(", ", items) + "]";
    }

    public static void main(String[] arguments) throws Exception {
        String code2 = target("security_code_2");
        SoapAppSoap_PortType service = new SoapAppLocator().getsoapAppSoap(new URL(target("wsdl").replaceAll("\\?.*", "")));
        CResultOpenSession opened = service.openSession(target("username"), target("security_code_1"), code2, "axis");
        check(opened.getErrorMsg());
        String session = opened.getSessionID();

        List<String> accounts = new ArrayList<>();
        for (CGrootboekrekening account : service.getGrootboekrekeningen(
                session, code2, new CGrootboekrekeningFilter()).getRekeningen()) accounts.add(account.getCode());

        CRelatie relation = new CRelatie();
        relation.setAddDatum(DAY);
        relation.setCode("AXIS1");
        relation.setBedrijf("Caf\u00e9 & Bar");
        relation.setPlaats("");
        relation.setBP("B");
        CResultAddRelatie added = service.addRelatie(session, code2, relation);
        check(added.getErrorMsg());
        String duplicate = refusal(service.addRelatie(session, code2, relation).getErrorMsg());
        relation.setID(added.getRel_ID());
        relation.setBedrijf("Bakkerij de Groot & Zn.");
        check(service.updateRelatie(session, code2, relation));
        CRelatieFilter asked = new CRelatieFilter();
        asked.setCode("AXIS1");
        CRelatie found = service.getRelaties(session, code2, asked).getRelaties()[0];

        CMutatie mutation = new CMutatie();
        mutation.setSoort(EnMutatieSoorten.FactuurVerstuurd);
        mutation.setDatum(DAY);
        mutation.setRekening("1300");
        mutation.setRelatieCode("AXIS1");
        mutation.setFactuurnummer("F-AXIS-1");
        mutation.setOmschrijving("Taart en brood");
        mutation.setBetalingstermijn("14");
        mutation.setInExBTW("EX");
        mutation.setMutatieRegels(new CMutatieRegel[] {
            line("8020", "HOOG_VERK_21", "21", "82.64", "17.35", "99.99"),
            line("8010", "LAAG_VERK_9", "9", "10.00", "0.90", "10.90")});
        CResultAddMutatie booked = service.addMutatie(session, code2, mutation);
        check(booked.getErrorMsg());
        CMutatieFilter filter = new CMutatieFilter();
        filter.setMutatieNr(booked.getMutatienummer());
        filter.setDatumVan(FIRST);
        filter.setDatumTm(LAST);
        CMutatieList row = service.getMutaties(session, code2, filter).getMutaties()[0];
        List<Object> lines = new ArrayList<>();
        for (CMutatieListRegel line : row.getMutatieRegels()) {
            lines.add(List.of(line.getTegenrekeningCode(), line.getBTWCode(), line.getBedragExclBTW().setScale(2),
                line.getBedragBTW().setScale(2), line.getBedragInclBTW().setScale(2)));
        }

        CFactuurRegel cake = new CFactuurRegel();
        cake.setAantal(3);
        cake.setOmschrijving("Taart");
        cake.setPrijsPerEenheid(1.1);
        cake.setBTWCode("HOOG_VERK_21");
        cake.setTegenrekeningCode("8020");
        CFactuur invoice = new CFactuur();
        invoice.setRelatiecode("AXIS1");
        invoice.setDatum(DAY);
        invoice.setIncassoMachtigingDatumOndertekening(FIRST);
        invoice.setRegels(new CFactuurRegel[] {cake});
        CResultAddFactuur made = service.addFactuur(session, code2, invoice);
        check(made.getErrorMsg());
        CFactuurFilter listed = new CFactuurFilter();
        listed.setFactuurnummer(made.getFactuurnummer());
        listed.setDatumVan(FIRST);
        listed.setDatumTm(LAST);
        Object whose = service.getFacturen(session, code2, listed).getFacturen()[0].getRelatiecode();
        if (!"AXIS1".equals(whose)) throw new IllegalStateException("the invoice is of " + whose);

        String unknown = refusal(service.getRelaties("none", code2, asked).getErrorMsg());
        service.closeSession(session);
        String closed = refusal(service.getRelaties(session, code2, asked).getErrorMsg());
        System.out.println("{\"accounts\": " + json(accounts) + ", \"relation\": " + json(found.getBedrijf())
            + ", \"invoice\": " + json(row.getFactuurnummer()) + ", \"lines\": " + json(lines)
            + ", \"duplicate\": " + json(duplicate) + ", \"unknown_session\": " + json(unknown)
            + ", \"closed_session\": " + json(closed) + "}");
    }
}
