package bpf4j.btf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EssentialNameTest {

    @ParameterizedTest
    @CsvSource(textBlock = """
            '',                ''
            a,                 a
            _,                 _
            ___,               ___
            a___,              a___
            ___a,              ___a
            a___b,             a
            a___b___c,         a___b
            a__b,              a__b
            a____b,            a____b
            a_____b,           a_____b
            a____b___c,        a____b
            a___b____c,        a
            a___b___,          a
            a___b_,            a
            a____,             a____
            _a___b,            _a
            ____a___b,         ____a
            a_b___c_d,         a_b
            task_struct___old, task_struct
            a___1,             a
            """)
    void cutsAtTheLastThreeUnderscoresBetweenOthers(String name, String essential) {
        assertEquals(essential, EssentialName.of(name));
        byte[] bytes = ("xx" + name + "yy").getBytes(StandardCharsets.UTF_8);
        assertEquals(essential.length(), EssentialName.length(bytes, 2, bytes.length - 2));
    }
}
