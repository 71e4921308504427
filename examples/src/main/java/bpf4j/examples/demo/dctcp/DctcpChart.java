package bpf4j.examples.demo.dctcp;

import bpf4j.examples.demo.ChartStyle;
import bpf4j.examples.demo.Picture;
import java.awt.BasicStroke;
import java.awt.Color;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The pictures: queue and congestion window over time for each connection, then how long packets took, and alpha. */
final class DctcpChart {

    private static final int CHART_WIDTH = 640;
    private static final int SMALL_HEIGHT = 190;
    private static final int LARGE_HEIGHT = 340;
    /** So long that single cuts of the window can be seen. */
    private static final double SHOWN_SECONDS = 2;
    private static final float LINE_WIDTH = 1.3f;
    /** More would not be seen. */
    private static final int POINTS = 1200;
    private static final List<Color> COLOURS =
            List.of(ChartStyle.BLUE, ChartStyle.GREEN, ChartStyle.PURPLE, ChartStyle.VERMILLION, ChartStyle.INK);
    private static final BasicStroke DASHED =
            new BasicStroke(1.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {5, 4}, 0);

    private final Results results;
    private final String bpf;

    DctcpChart(Results results, String bpf) {
        this.results = results;
        this.bpf = bpf;
    }

    Picture picture(List<String> conditions) {
        List<List<? extends Chart<?, ?>>> rows = new ArrayList<>();
        for (Contender contender : results.contenders()) {
            // Without marks queues are of another size: they have a scale of their own.
            double queueMax = 1.05 * largest(contender.ecn(), flow -> flow.queue().percentile(100)) / 1e3;
            double windowMax = 1.05 * largest(contender.ecn(), flow -> flow.window().percentile(100));
            rows.add(List.of(queue(contender, queueMax), window(contender, windowMax)));
        }
        rows.add(List.of(probe(), alpha()));
        return new Picture("One TCP connection through a bottleneck, by congestion control", conditions,
                List.copyOf(rows));
    }

    private double largest(boolean ecn, Function<Flow, Double> number) {
        return results.contenders().stream().filter(contender -> contender.ecn() == ecn).map(results::shown)
                .mapToDouble(number::apply).max().orElseThrow();
    }

    private XYChart queue(Contender contender, double max) {
        XYChart chart = chart(contender + ": queue", "kilobytes", SMALL_HEIGHT);
        Flow flow = results.shown(contender);
        Series queue = shown(flow, flow.queue());
        chart.getStyler().setYAxisMax(max);
        chart.getStyler().setXAxisMax(seconds(flow));
        add(chart, "queue", queue.secondsSince(flow.startNanos()), IntStream.range(0, queue.size()).mapToDouble(
                i -> queue.values()[i] / 1e3).toArray(), colour(contender));
        double threshold = results.bottleneck().markAboveBytes() / 1e3;
        add(chart, "marks above", new double[] {0, seconds(flow)}, new double[] {threshold, threshold}, ChartStyle.INK)
                .setLineStyle(DASHED);
        chart.getStyler().setLegendVisible(false);
        return chart;
    }

    private XYChart window(Contender contender, double max) {
        XYChart chart = chart(contender + ": congestion window", "packets", SMALL_HEIGHT);
        Flow flow = results.shown(contender);
        Series window = shown(flow, flow.window());
        chart.getStyler().setYAxisMax(max);
        chart.getStyler().setXAxisMax(seconds(flow));
        add(chart, "window", window.secondsSince(flow.startNanos()),
                window.values(), colour(contender));
        chart.getStyler().setLegendVisible(false);
        return chart;
    }

    /** How many of the packets took at most so long: all rounds together. */
    private XYChart probe() {
        XYChart chart = chart("How long other packets took, there and back", "share of the packets", LARGE_HEIGHT);
        chart.setXAxisTitle("at most so many milliseconds");
        // What took longer did so because of this machine's pauses.
        Function<Flow, Double> longest = flow -> flow.queue().percentile(100);
        double queued = Math.max(largest(false, longest), largest(true, longest));
        chart.getStyler().setXAxisMax(
                results.bottleneck().delayMillis() + 1.2 * results.bottleneck().milliseconds(queued));
        chart.getStyler().setYAxisMax(1.0);
        for (Contender contender : results.contenders()) {
            double[] sorted = results.flows(contender).stream().map(Flow::measuredProbe).flatMapToDouble(
                    probe -> Arrays.stream(probe.values())).sorted().toArray();
            double[] shares = IntStream.rangeClosed(0, 100).mapToDouble(i -> i / 100.0).toArray();
            double[] times = IntStream.rangeClosed(0, 100).mapToDouble(
                    i -> sorted.length == 0 ? Double.NaN : sorted[(sorted.length - 1) * i / 100]).toArray();
            add(chart, contender.toString(), times, shares, colour(contender)).setLineWidth(2);
        }
        return chart;
    }

    private XYChart alpha() {
        XYChart chart = chart("alpha of " + bpf + ", read from the BPF programs' memory",
                "running mean of the marked share", LARGE_HEIGHT);
        chart.getStyler().setYAxisMax(1.0);
        chart.getStyler().setLegendVisible(false);
        Predicate<Contender> isBpf = contender -> contender.congestionControl().equals(bpf);
        results.contenders().stream().filter(isBpf).forEach(contender -> {
            Flow flow = results.shown(contender);
            Series alpha = shown(flow, flow.alpha());
            chart.getStyler().setXAxisMax(seconds(flow));
            add(chart, "alpha", alpha.secondsSince(flow.startNanos()), alpha.values(), colour(contender));
        });
        return chart;
    }

    private static Series shown(Flow flow, Series series) {
        return series.between(flow.startNanos(), flow.startNanos() + (long) (seconds(flow) * 1e9)).thinned(POINTS);
    }

    private static double seconds(Flow flow) {
        return Math.min(SHOWN_SECONDS, (flow.endNanos() - flow.startNanos()) / 1e9);
    }

    private XYChart chart(String title, String yTitle, int height) {
        XYChart chart = new XYChartBuilder().width(CHART_WIDTH).height(height).title(title)
                .xAxisTitle("seconds").yAxisTitle(yTitle).build();
        ChartStyle.apply(chart.getStyler());
        chart.getStyler().setYAxisMin(0.0);
        chart.getStyler().setXAxisMin(0.0);
        chart.getStyler().setYAxisDecimalPattern("0.##");
        chart.getStyler().setXAxisDecimalPattern("0.##");
        return chart;
    }

    private static XYSeries add(XYChart chart, String name, double[] x, double[] y, Color colour) {
        XYSeries series = chart.addSeries(name, x, y);
        series.setMarker(SeriesMarkers.NONE).setLineColor(colour).setLineWidth(LINE_WIDTH);
        return series;
    }

    private Color colour(Contender contender) {
        return COLOURS.get(results.contenders().indexOf(contender) % COLOURS.size());
    }
}
