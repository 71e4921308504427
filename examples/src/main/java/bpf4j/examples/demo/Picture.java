package bpf4j.examples.demo;

import de.erichseifert.vectorgraphics2d.Processors;
import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.knowm.xchart.internal.chartpart.Chart;

/**
 * Charts below a title, in rows; the same as drawing and as pixels.
 *
 * @param title what was measured
 * @param subtitle how, in lines of their own
 * @param rows the charts from above and from the left; each has its own size
 */
public record Picture(String title, List<String> subtitle, List<List<? extends Chart<?, ?>>> rows) {

    private static final int MARGIN = 16;
    private static final Font TITLE_FONT = new Font(Font.SANS_SERIF, Font.BOLD, 20);
    private static final Font SUBTITLE_FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
    private static final int TITLE_HEIGHT = 28;
    private static final int SUBTITLE_HEIGHT = 18;
    /** Screens have small pixels. */
    private static final int PIXELS_PER_UNIT = 2;

    /**
     * Draws {@code NAME.svg} and {@code NAME.png}.
     *
     * @param folder where to
     * @param name the files' name without ending
     * @return the files
     * @throws IOException if they cannot be written
     */
    public List<Path> write(Path folder, String name) throws IOException {
        Path svg = folder.resolve(name + ".svg");
        Path png = folder.resolve(name + ".png");
        VectorGraphics2D drawing = new VectorGraphics2D();
        paint(drawing);
        try (OutputStream file = Files.newOutputStream(svg)) {
            Processors.get("svg").getDocument(drawing.getCommands(), new PageSize(0, 0, width(), height()))
                    .writeTo(file);
        }
        BufferedImage pixels = new BufferedImage(width() * PIXELS_PER_UNIT, height() * PIXELS_PER_UNIT,
                BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = pixels.createGraphics();
        graphics.scale(PIXELS_PER_UNIT, PIXELS_PER_UNIT);
        paint(graphics);
        graphics.dispose();
        ImageIO.write(pixels, "png", png.toFile());
        return List.of(svg, png);
    }

    private void paint(Graphics2D graphics) {
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, width(), height());
        graphics.setColor(ChartStyle.INK);
        graphics.setFont(TITLE_FONT);
        int y = MARGIN + TITLE_HEIGHT;
        graphics.drawString(title, MARGIN, y - TITLE_HEIGHT / 4);
        graphics.setFont(SUBTITLE_FONT);
        for (String line : subtitle) {
            y += SUBTITLE_HEIGHT;
            graphics.drawString(line, MARGIN, y - SUBTITLE_HEIGHT / 4);
        }
        for (List<? extends Chart<?, ?>> row : rows) {
            int x = 0;
            for (Chart<?, ?> chart : row) {
                Graphics2D part = (Graphics2D) graphics.create();
                part.translate(x, y);
                chart.paint(part, chart.getWidth(), chart.getHeight());
                part.dispose();
                x += chart.getWidth();
            }
            y += height(row);
        }
    }

    private int width() {
        return rows.stream().mapToInt(row -> row.stream().mapToInt(Chart::getWidth).sum()).max().orElseThrow();
    }

    private int height() {
        return MARGIN + TITLE_HEIGHT + SUBTITLE_HEIGHT * subtitle.size()
                + rows.stream().mapToInt(Picture::height).sum();
    }

    private static int height(List<? extends Chart<?, ?>> row) {
        return row.stream().mapToInt(Chart::getHeight).max().orElseThrow();
    }
}
