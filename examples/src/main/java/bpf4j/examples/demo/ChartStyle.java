package bpf4j.examples.demo;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;

/**
 * How all pictures look. The colours are those of Okabe and Ito, which people with any kind of colour vision tell
 * apart; markers and strokes differ as well.
 */
public final class ChartStyle {

    /** The first colour, for what everybody has. */
    public static final Color BLUE = new Color(0x0072B2);
    /** The second colour, for what is shown. */
    public static final Color VERMILLION = new Color(0xD55E00);
    /** A third colour. */
    public static final Color GREEN = new Color(0x009E73);
    /** A fourth colour. */
    public static final Color PURPLE = new Color(0xCC79A7);
    /** Letters and axes. */
    public static final Color INK = new Color(0x222222);
    /** Lines that are to be seen last. */
    public static final Color GRID = new Color(0xDDDDDD);

    private static final Font LETTERS = new Font(Font.SANS_SERIF, Font.PLAIN, 13);

    private ChartStyle() {
    }

    /**
     * Makes a chart look like the others.
     *
     * @param styler the chart's
     */
    public static void apply(AxesChartStyler styler) {
        styler.setBaseFont(LETTERS);
        styler.setChartTitleFont(LETTERS.deriveFont(Font.BOLD, 15f));
        styler.setLegendFont(LETTERS);
        styler.setAxisTitleFont(LETTERS);
        styler.setAxisTickLabelsFont(LETTERS);
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBackgroundColor(Color.WHITE);
        styler.setChartFontColor(INK);
        styler.setPlotBorderVisible(false);
        styler.setChartTitleBoxVisible(false);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setLegendPosition(LegendPosition.OutsideS);
        styler.setLegendLayout(LegendLayout.Horizontal);
        styler.setPlotGridLinesColor(GRID);
        styler.setPlotGridLinesStroke(new BasicStroke(1));
        styler.setPlotGridVerticalLinesVisible(false);
        styler.setErrorBarsColorSeriesColor(true);
    }
}
