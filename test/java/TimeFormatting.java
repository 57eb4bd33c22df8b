import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** java.time over fixed instants: formatting, parsing, arithmetic, zones. */
public class TimeFormatting {
    public static void main(String[] args) {
        Instant instant = Instant.ofEpochSecond(1_700_000_000L, 123_456_789);
        System.out.println(instant + " " + instant.truncatedTo(ChronoUnit.HOURS) + " " + instant.plus(Duration.ofDays(30)));
        LocalDateTime utc = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
        System.out.println(utc + " " + DateTimeFormatter.ISO_WEEK_DATE.format(utc) + " " + DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm:ss.SSS", Locale.ROOT).format(utc));
        LocalDate date = LocalDate.of(2024, 2, 29);
        System.out.println(date.plusYears(1) + " " + date.minusMonths(13) + " " + date.getDayOfWeek() + " " + date.lengthOfYear() + " " + date.isLeapYear() + " " + date.with(DayOfWeek.MONDAY) + " " + date.getDayOfYear());
        System.out.println(Period.between(LocalDate.of(2000, 1, 31), date) + " " + ChronoUnit.DAYS.between(LocalDate.EPOCH, date) + " " + Duration.ofMillis(3_723_004) + " " + Duration.between(instant, instant.plusSeconds(61)).toSeconds());
        System.out.println(instant.atZone(ZoneId.of("Europe/Berlin")) + " " + instant.atZone(ZoneId.of("America/New_York")).toLocalTime() + " " + instant.atOffset(ZoneOffset.ofHoursMinutes(5, 30)));
        System.out.println(DateTimeFormatter.ofPattern("EEEE, d MMMM yyyy", Locale.ENGLISH).format(date) + " " + DateTimeFormatter.RFC_1123_DATE_TIME.format(instant.atOffset(ZoneOffset.UTC)));
        System.out.println(LocalDate.parse("2023-12-31").plusDays(1) + " " + Instant.parse("2020-01-01T00:00:00Z").getEpochSecond());
        try {
            LocalDate.parse("2023-02-30");
        } catch (DateTimeParseException e) {
            System.out.println(e.getMessage());
        }
    }
}
