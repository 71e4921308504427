package bpf4j.examples.demo.sockmap;

import bpf4j.examples.demo.ChartStyle;
import bpf4j.examples.demo.Picture;
import bpf4j.examples.demo.Spread;
import java.awt.BasicStroke;
import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The pictures: round trips without and with {@code TCP_NODELAY}, how much shorter they get, and requests a second. */
final class SockmapChart {

    private static final int CHART_WIDTH = 640;
    private static final int UPPER_HEIGHT = 420;
    private static final int LOWER_HEIGHT = 340;
    private static final float LINE_WIDTH = 2;
    /** Beside each other, lest one hides the other. */
    private static final double SHIFT = 0.06;
    private static final int TICK_SPACING = 80;
    private static final BasicStroke DASHED =
            new BasicStroke(1.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {5, 4}, 0);

    private final Results results;

    SockmapChart(Results results) {
        this.results = results;
    }

    Picture picture(List<String> conditions) {
        List<String> subtitle = new ArrayList<>(conditions);
        subtitle.add("Points are medians; bars reach from the smallest round to the largest.");
        return new Picture("Round trips of a local TCP connection: through TCP, and past it by a sockmap", subtitle,
                List.of(List.of(roundTrips(false), roundTrips(true)), List.of(timesShorter(), requests())));
    }

    private XYChart roundTrips(boolean noDelay) {
        XYChart chart = chart(noDelay ? "With TCP_NODELAY" : "Without TCP_NODELAY", "round trip in microseconds",
                UPPER_HEIGHT);
        double highest = results.cases().stream().mapToDouble(content -> Math.max(
                results.p90Micros(content, Way.TCP).median(), results.p50Micros(content, Way.TCP).max())).max()
                .orElseThrow();
        // The same for both charts.
        chart.getStyler().setYAxisMax(1.1 * highest);
        for (Way way : Way.values()) {
            double shift = way == Way.TCP ? -SHIFT : SHIFT;
            add(chart, way + ", P50", noDelay, shift, colour(way), marker(way),
                    content -> results.p50Micros(content, way));
            XYSeries p90 = chart.addSeries(way + ", P90", positions(shift),
                    cases(noDelay).stream().map(content -> results.p90Micros(content, way).median()).toList());
            p90.setMarker(SeriesMarkers.NONE).setLineColor(colour(way)).setLineStyle(DASHED);
        }
        return chart;
    }

    private XYChart timesShorter() {
        XYChart chart = chart("How many times shorter by the sockmap (P50)", "TCP's time / sockmap's time",
                LOWER_HEIGHT);
        chart.getStyler().setYAxisDecimalPattern("0.0");
        add(chart, "without TCP_NODELAY", false, -SHIFT, ChartStyle.GREEN, SeriesMarkers.CIRCLE, results::timesShorter);
        add(chart, "with TCP_NODELAY", true, SHIFT, ChartStyle.PURPLE, SeriesMarkers.DIAMOND, results::timesShorter);
        XYSeries even = chart.addSeries("no difference", List.of(-0.5, positions(0).getLast() + 0.5),
                List.of(1.0, 1.0));
        even.setMarker(SeriesMarkers.NONE).setLineColor(ChartStyle.INK).setLineStyle(DASHED);
        return chart;
    }

    private XYChart requests() {
        XYChart chart = chart("Requests answered, one after the other, without TCP_NODELAY",
                "thousand requests per second", LOWER_HEIGHT);
        for (Way way : Way.values()) {
            add(chart, way.toString(), false, way == Way.TCP ? -SHIFT : SHIFT, colour(way), marker(way), content -> {
                Spread rate = results.perSecond(content, way);
                return new Spread(rate.median() / 1e3, rate.min() / 1e3, rate.max() / 1e3);
            });
        }
        return chart;
    }

    private XYChart chart(String title, String yTitle, int height) {
        XYChart chart = new XYChartBuilder().width(CHART_WIDTH).height(height).title(title)
                .xAxisTitle("size of request and answer (each step is a factor of four)").yAxisTitle(yTitle).build();
        ChartStyle.apply(chart.getStyler());
        chart.getStyler().setYAxisMin(0.0);
        chart.getStyler().setXAxisMin(-0.5);
        chart.getStyler().setXAxisMax(positions(0).getLast() + 0.5);
        chart.getStyler().setXAxisTickMarkSpacingHint(TICK_SPACING);
        chart.getStyler().setxAxisTickLabelsFormattingFunction(SockmapChart::sizeAt);
        return chart;
    }

    /** Medians as a line, and the rounds' extent as a stick at each. */
    private void add(XYChart chart, String name, boolean noDelay, double shift, Color colour, Marker marker,
            Function<Case, Spread> number) {
        List<Double> stickX = new ArrayList<>();
        List<Double> stickY = new ArrayList<>();
        List<Double> medians = new ArrayList<>();
        for (Case content : cases(noDelay)) {
            Spread spread = number.apply(content);
            double x = medians.size() + shift;
            medians.add(spread.median());
            stickX.addAll(List.of(x, x, x));
            // What is no number ends a line.
            stickY.addAll(List.of(spread.min(), spread.max(), Double.NaN));
        }
        chart.addSeries(name, positions(shift), medians).setMarkerColor(colour).setMarker(marker).setLineColor(colour)
                .setLineWidth(LINE_WIDTH);
        chart.addSeries(name + " (extent)", stickX, stickY).setMarker(SeriesMarkers.NONE).setLineColor(colour)
                .setLineWidth(2 * LINE_WIDTH).setShowInLegend(false);
    }

    private List<Case> cases(boolean noDelay) {
        return results.cases().stream().filter(content -> content.noDelay() == noDelay).toList();
    }

    private static List<Double> positions(double shift) {
        List<Double> positions = new ArrayList<>();
        Case.sizes().forEach(_ -> positions.add(positions.size() + shift));
        return positions;
    }

    /**
     * The label at a tick. Between sizes it is blank, and of another length at each: equal labels are drawn nowhere.
     */
    private static String sizeAt(double position) {
        int index = (int) Math.round(position);
        boolean between = Math.abs(position - index) > 1e-6 || index < 0 || index >= Case.sizes().size();
        return between ? " ".repeat(1 + (int) Math.abs(Math.round(10 * position)))
                : Case.sizeText(Case.sizes().get(index));
    }

    private static Color colour(Way way) {
        return way == Way.TCP ? ChartStyle.BLUE : ChartStyle.VERMILLION;
    }

    private static Marker marker(Way way) {
        return way == Way.TCP ? SeriesMarkers.SQUARE : SeriesMarkers.CIRCLE;
    }
}
