/// A day as YYYY-MM-DD.
struct CivilDate {
    let text: [UInt8]

    /// - Parameter day: since 1970-01-01; from year 1000 to 9999.
    init(day: Int) {
        // Days to civil date: years that begin in March, eras of 400 years (H. Hinnant, chrono-compatible algorithms).
        let shifted = day + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let dayOfMonth = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        text = Array("\(year)-\(two(month))-\(two(dayOfMonth))".utf8)
    }
}
