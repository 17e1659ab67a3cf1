import Rewards
import Testing

/// Texts that the detector has not seen, one for each of IFEval's languages and for those beyond.
private let texts: [(code: String, text: String)] = [
  (
    "en",
    """
    Hamburgers are a kind of sandwich, although many cooks would disagree. Two halves of a bun hold the
    meat, and that is all the definition requires.
    """
  ),
  (
    "es",
    """
    Las hamburguesas son un tipo de bocadillo, aunque muchos cocineros no estarían de acuerdo. Dos mitades
    de pan sostienen la carne, y eso es todo lo que exige la definición.
    """
  ),
  (
    "pt",
    """
    Os hambúrgueres são um tipo de sanduíche, embora muitos cozinheiros discordem. Duas metades de pão
    seguram a carne, e isso é tudo o que a definição exige.
    """
  ),
  (
    "fr",
    """
    Les hamburgers sont une sorte de sandwich, même si beaucoup de cuisiniers ne seraient pas d'accord. Deux
    moitiés de pain tiennent la viande, et la définition n'exige rien de plus.
    """
  ),
  (
    "de",
    """
    Hamburger sind eine Art belegtes Brot, auch wenn viele Köche widersprechen würden. Zwei Hälften eines
    Brötchens halten das Fleisch, und mehr verlangt die Definition nicht.
    """
  ),
  (
    "it",
    """
    Gli hamburger sono un tipo di panino, anche se molti cuochi non sarebbero d'accordo. Due metà di pane
    tengono la carne, e la definizione non richiede altro.
    """
  ),
  (
    "pl",
    """
    Hamburgery są rodzajem kanapki, chociaż wielu kucharzy by się z tym nie zgodziło. Dwie połówki bułki
    trzymają mięso i to wszystko, czego wymaga definicja.
    """
  ),
  (
    "vi",
    """
    Bánh hamburger là một loại bánh kẹp, mặc dù nhiều đầu bếp sẽ không đồng ý. Hai nửa ổ bánh giữ lấy miếng
    thịt, và định nghĩa chỉ yêu cầu có vậy.
    """
  ),
  (
    "sw",
    """
    Hamburger ni aina ya sandwichi, ingawa wapishi wengi hawatakubali. Vipande viwili vya mkate hushikilia
    nyama, na hicho ndicho kitu pekee ambacho maana yake inahitaji.
    """
  ),
  (
    "fi",
    """
    Hampurilaiset ovat eräänlaisia voileipiä, vaikka monet kokit olisivat eri mieltä. Kaksi sämpylän
    puolikasta pitää lihan paikallaan, eikä määritelmä vaadi muuta.
    """
  ),
  (
    "nl",
    """
    Hamburgers zijn een soort broodje, hoewel veel koks het daar niet mee eens zouden zijn. Twee helften van
    een broodje houden het vlees vast, en meer vraagt de definitie niet.
    """
  ),
  (
    "sv",
    """
    Hamburgare är ett slags smörgås, även om många kockar inte skulle hålla med. Två halvor av ett bröd
    håller köttet på plats, och mer kräver inte definitionen.
    """
  ),
  (
    "tr",
    """
    Hamburger bir tür sandviçtir, ancak birçok aşçı buna katılmaz. İki ekmek yarısı eti tutar ve tanımın
    gerektirdiği tek şey budur.
    """
  ),
  (
    "id",
    """
    Hamburger adalah sejenis roti lapis, walaupun banyak juru masak tidak akan setuju. Dua belahan roti
    menahan dagingnya, dan hanya itu yang diminta oleh definisinya.
    """
  ),
  (
    "ro",
    """
    Hamburgerii sunt un fel de sandviș, deși mulți bucătari nu ar fi de acord. Două jumătăți de chiflă țin
    carnea, iar definiția nu cere nimic mai mult.
    """
  ),
  (
    "cs",
    """
    Hamburgery jsou druhem sendviče, i když mnoho kuchařů by nesouhlasilo. Dvě poloviny housky drží maso a
    nic dalšího definice nevyžaduje.
    """
  ),
  (
    "ru",
    """
    Гамбургеры являются разновидностью бутерброда, хотя многие повара с этим не согласятся. Две половинки
    булочки держат мясо, и больше ничего определение не требует.
    """
  ),
  (
    "uk",
    """
    Гамбургери є різновидом бутерброда, хоча багато кухарів із цим не погодяться. Дві половинки булочки
    тримають м'ясо, і нічого більше визначення не вимагає.
    """
  ),
  (
    "bg",
    """
    Хамбургерите са вид сандвич, макар че много готвачи не биха се съгласили. Две половини на питка държат
    месото и определението не изисква нищо повече.
    """
  ),
  (
    "ar",
    """
    الهمبرغر نوع من الشطائر، مع أن كثيرا من الطهاة لن يوافقوا على ذلك. نصفان من الخبز يمسكان اللحم، وهذا كل
    ما يتطلبه التعريف.
    """
  ),
  (
    "fa",
    """
    همبرگر نوعی ساندویچ است، هرچند بسیاری از آشپزها با این موافق نیستند. دو نیمه نان گوشت را نگه می‌دارند و
    تعریف چیز بیشتری نمی‌خواهد.
    """
  ),
  (
    "ur",
    """
    ہیمبرگر سینڈوچ کی ایک قسم ہے، اگرچہ بہت سے باورچی اس سے متفق نہیں ہوں گے۔ روٹی کے دو ٹکڑے گوشت کو تھامے
    رکھتے ہیں، اور تعریف کو بس یہی چاہیے۔
    """
  ),
  (
    "hi",
    """
    हैमबर्गर एक प्रकार का सैंडविच है, हालाँकि कई रसोइये इससे सहमत नहीं होंगे। रोटी के दो टुकड़े मांस को
    पकड़े रहते हैं, और परिभाषा को बस इतना ही चाहिए।
    """
  ),
  (
    "mr",
    """
    हॅमबर्गर हा सँडविचचा एक प्रकार आहे, जरी अनेक आचारी याच्याशी सहमत होणार नाहीत. पावाचे दोन भाग मांस धरून
    ठेवतात आणि व्याख्येला एवढेच हवे असते.
    """
  ),
  (
    "ne",
    """
    ह्यामबर्गर स्यान्डविचको एक प्रकार हो, यद्यपि धेरै भान्सेहरू यसमा सहमत हुने छैनन्। रोटीका दुई टुक्राले
    मासु समातेका हुन्छन्, र परिभाषालाई यति मात्र चाहिन्छ।
    """
  ),
  ("bn", "হ্যামবার্গার এক ধরনের স্যান্ডউইচ, যদিও অনেক রাঁধুনি একমত হবেন না।"),
  ("gu", "હેમબર્ગર એક પ્રકારની સેન્ડવિચ છે, જોકે ઘણા રસોઈયા સંમત નહીં થાય."),
  ("pa", "ਹੈਮਬਰਗਰ ਇੱਕ ਕਿਸਮ ਦਾ ਸੈਂਡਵਿਚ ਹੈ, ਭਾਵੇਂ ਕਈ ਰਸੋਈਏ ਸਹਿਮਤ ਨਹੀਂ ਹੋਣਗੇ।"),
  ("ta", "ஹாம்பர்கர் ஒரு வகை சாண்ட்விச் ஆகும், பல சமையல்காரர்கள் இதை ஏற்க மாட்டார்கள்."),
  ("te", "హాంబర్గర్ ఒక రకమైన శాండ్‌విచ్, చాలా మంది వంటవారు అంగీకరించకపోవచ్చు."), ("kn", "ಹ್ಯಾಂಬರ್ಗರ್ ಒಂದು ರೀತಿಯ ಸ್ಯಾಂಡ್‌ವಿಚ್, ಅನೇಕ ಅಡುಗೆಯವರು ಒಪ್ಪುವುದಿಲ್ಲ."),
  ("ml", "ഹാംബർഗർ ഒരു തരം സാൻഡ്‌വിച്ച് ആണ്, പല പാചകക്കാരും സമ്മതിക്കില്ല."),
  ("th", "แฮมเบอร์เกอร์เป็นแซนด์วิชชนิดหนึ่ง แม้ว่าพ่อครัวหลายคนจะไม่เห็นด้วย"),
  ("he", "המבורגר הוא סוג של כריך, אף על פי שטבחים רבים לא יסכימו לכך."),
  ("ko", "햄버거는 일종의 샌드위치이지만, 많은 요리사들은 동의하지 않을 것이다."),
  ("ja", "ハンバーガーはサンドイッチの一種ですが、多くの料理人は同意しないでしょう。"), ("zh", "汉堡包是一种三明治，虽然许多厨师不会同意这种说法。"),
  ("el", "Τα χάμπουργκερ είναι ένα είδος σάντουιτς, αν και πολλοί μάγειρες διαφωνούν."),
]

private func isIn(_ language: String, _ text: String) -> Bool {
  verdict("language:response_language", #"{"language": "\#(language)"}"#, text).score == 1
}

@Suite struct `IFEval's response language` {
  @Test(arguments: texts)
  func `is known from a text of two sentences, and no other language passes`(code: String, text: String) {
    #expect(isIn(code, text))
    for (other, _) in texts where other != code { #expect(!isIn(other, text), "\(code) passes for \(other)") }
  }

  @Test(arguments: texts)
  func `survives capitals, markdown and an English name`(code: String, text: String) {
    #expect(isIn(code, "# **IFEval**\n\n* \(text.uppercased())\n"), "\(code)")
  }

  @Test(arguments: texts.filter { $0.code != "en" })
  func `is not there where half of a long text is English`(code: String, text: String) {
    let english = texts[0].text
    let mixed =
      Array(repeating: text, count: 4) + Array(repeating: english, count: 4 * (text.count / 100 + 1))
    #expect(!isIn(code, mixed.joined(separator: "\n\n")), "\(code)")
  }

  @Test func `needs letters`() {
    #expect(!isIn("en", "42 + 7 = 49"))
    #expect(!isIn("ko", "!!!"))
  }

  @Test(arguments: ["tlh", "zh-cn", "EN", "English"])
  func `that is not known gives no verdict`(code: String) {
    let verdict = verdict("language:response_language", #"{"language": "\#(code)"}"#, "nuqneH")
    #expect(verdict.status == .noVerdict)
    #expect(verdict.rule.contains("kwarg `language` is `\(code)`"), "\(verdict)")
  }
}

@Suite struct `IFEval's English in one case` {
  @Test func `takes English only, in capitals or small letters`() {
    for (code, text) in texts where texts.count > 0 {
      let isCased = text.uppercased() != text.lowercased()
      let capital = verdict("change_case:english_capital", "{}", text.uppercased()).score
      let small = verdict("change_case:english_lowercase", "{}", text.lowercased()).score
      #expect(capital == (code == "en" && isCased ? 1 : 0), "\(code)")
      #expect(small == (code == "en" && isCased ? 1 : 0), "\(code)")
    }
  }

  @Test(arguments: [
    ("MY ANSWER IS YES.", true), ("I AM 42 YEARS OLD!", true), ("My Answer Is Yes.", false),
    ("my answer", false),
    ("12345", false), ("MY ANSWER iS YES", false),
  ])
  func `means every letter`(text: String, isCapital: Bool) {
    #expect(verdict("change_case:english_capital", "{}", text).score == (isCapital ? 1 : 0))
  }

  @Test(arguments: [
    ("my answer is yes.", true), ("My answer is yes.", false), ("i live in the usa", true), ("…", false),
  ])
  func `in small letters has no capital`(text: String, isSmall: Bool) {
    #expect(verdict("change_case:english_lowercase", "{}", text).score == (isSmall ? 1 : 0))
  }
}
