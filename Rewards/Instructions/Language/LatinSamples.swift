/// One text in every language of the Latin script that the detector tells apart, written for this purpose.
enum LatinSamples {
  static let all: [(code: String, text: String)] = [
    (
      "en",
      """
      People often ask why it is important to read every day. When we read a good book, we learn new words,
      we think about other lives, and we understand the world a little better. I would say that the best
      time is in the morning, before work begins, but there are many others who prefer the evening. You
      should not worry if you have only ten minutes; what matters is that you do it again and again. First,
      choose a place where nobody will call you. Then put your phone away and make some tea. After a few
      weeks you will see how much more you can remember. My mother used to tell us that a house without
      books is like a room without windows. She was right: in the end, all of us need stories, because they
      show where we come from and what could still happen. Dear friend, thank you for your letter. I hope
      this answer helps you with the questions that you sent me last week. If there is anything else which I
      can do for you, please let me know. The weather here has been cold, with rain and strong wind, and the
      children are at home from school. We would like to visit their grandparents next month, since they
      live near the sea and have a large garden with old trees. The study shows that the level of education
      depends on the quality of teaching and access to information. Over the past few years the state has
      developed health care, public transport and the use of new technology. Each of these projects costs
      more than the total amount spent before, so it is necessary to decide which ones come first and how
      many hours or days they take. There are several ways: changing the rules, creating organizations,
      supporting small companies.
      """
    ),
    (
      "es",
      """
      La gente pregunta a menudo por qué es importante leer todos los días. Cuando leemos un buen libro,
      aprendemos palabras nuevas, pensamos en otras vidas y entendemos el mundo un poco mejor. Yo diría que
      el mejor momento es por la mañana, antes de que empiece el trabajo, pero hay muchos otros que
      prefieren la noche. No debes preocuparte si solo tienes diez minutos; lo que importa es que lo hagas
      una y otra vez. Primero, elige un lugar donde nadie te llame. Después guarda el teléfono y prepara un
      té. Tras unas semanas verás cuánto más puedes recordar. Mi madre nos decía que una casa sin libros es
      como una habitación sin ventanas. Tenía razón: al final, todos necesitamos historias, porque muestran
      de dónde venimos y lo que todavía podría pasar. Querido amigo, gracias por tu carta. Espero que esta
      respuesta te ayude con las preguntas que me enviaste la semana pasada. Si hay algo más que pueda hacer
      por usted, hágamelo saber, por favor. Aquí ha hecho frío, con lluvia y mucho viento, y los niños están
      en casa. Nos gustaría visitar a sus abuelos el próximo mes, ya que viven cerca del mar y tienen un
      jardín grande con árboles viejos. Es decir, según el informe, también se han desarrollado soluciones
      más seguras para los ciudadanos. El estudio muestra que el nivel de educación depende de la calidad de
      la enseñanza y del acceso a la información. En los últimos años el Estado ha desarrollado la salud
      pública, el transporte y el uso de nuevas tecnologías. Cada uno de estos proyectos cuesta más que la
      cantidad total gastada antes, por eso es necesario decidir cuáles van primero y cuántas horas o días
      duran. Existen varias maneras: cambiar las reglas, crear organizaciones, apoyar a las empresas
      pequeñas.
      """
    ),
    (
      "pt",
      """
      As pessoas perguntam muitas vezes por que é importante ler todos os dias. Quando lemos um bom livro,
      aprendemos palavras novas, pensamos em outras vidas e entendemos o mundo um pouco melhor. Eu diria que
      o melhor momento é de manhã, antes de o trabalho começar, mas há muitos outros que preferem a noite.
      Você não deve se preocupar se só tem dez minutos; o que importa é que faça isso uma e outra vez.
      Primeiro, escolha um lugar onde ninguém vai chamar você. Depois guarde o telefone e prepare um chá.
      Após algumas semanas verá quanto mais consegue lembrar. Minha mãe dizia que uma casa sem livros é como
      um quarto sem janelas. Ela tinha razão: no fim, todos nós precisamos de histórias, porque mostram de
      onde viemos e o que ainda pode acontecer. Caro amigo, obrigado pela sua carta. Espero que esta
      resposta ajude com as perguntas que me enviou na semana passada. Se houver mais alguma coisa que eu
      possa fazer por você, por favor me avise. Aqui tem feito frio, com chuva e vento forte, e as crianças
      estão em casa. Gostaríamos de visitar os avós delas no próximo mês, já que moram perto do mar e têm um
      jardim grande com árvores velhas. Ou seja, segundo o relatório, também foram desenvolvidas soluções
      mais seguras para os cidadãos, não só na cidade. O estudo mostra que o nível de educação depende da
      qualidade do ensino e do acesso à informação. Nos últimos anos o Estado desenvolveu a saúde pública,
      os transportes e o uso de novas tecnologias. Cada um desses projetos custa mais do que a quantia total
      gasta antes, por isso é necessário decidir quais vêm primeiro e quantas horas ou dias duram. Existem
      várias maneiras: mudar as regras, criar organizações, apoiar as pequenas empresas.
      """
    ),
    (
      "fr",
      """
      Les gens demandent souvent pourquoi il est important de lire tous les jours. Quand nous lisons un bon
      livre, nous apprenons de nouveaux mots, nous pensons à d'autres vies et nous comprenons un peu mieux
      le monde. Je dirais que le meilleur moment est le matin, avant que le travail ne commence, mais il y
      en a beaucoup d'autres qui préfèrent le soir. Vous ne devez pas vous inquiéter si vous n'avez que dix
      minutes ; ce qui compte, c'est de le faire encore et encore. D'abord, choisissez un endroit où
      personne ne vous appellera. Ensuite, rangez votre téléphone et faites du thé. Après quelques semaines,
      vous verrez combien de choses vous pouvez retenir. Ma mère nous disait qu'une maison sans livres est
      comme une chambre sans fenêtres. Elle avait raison : à la fin, nous avons tous besoin d'histoires,
      parce qu'elles montrent d'où nous venons et ce qui pourrait encore arriver. Cher ami, merci pour ta
      lettre. J'espère que cette réponse t'aidera avec les questions que tu m'as envoyées la semaine
      dernière. S'il y a autre chose que je peux faire pour vous, dites-le-moi. Il a fait froid ici, avec de
      la pluie et du vent, et les enfants sont à la maison. Nous aimerions rendre visite à leurs
      grands-parents le mois prochain, car ils habitent près de la mer et ont un grand jardin avec de vieux
      arbres. Cependant, ces solutions ont été développées dans leur propre pays.
      """
    ),
    (
      "de",
      """
      Die Leute fragen oft, warum es wichtig ist, jeden Tag zu lesen. Wenn wir ein gutes Buch lesen, lernen
      wir neue Wörter, denken über andere Leben nach und verstehen die Welt ein wenig besser. Ich würde
      sagen, dass die beste Zeit am Morgen ist, bevor die Arbeit beginnt, aber es gibt viele andere, die den
      Abend vorziehen. Sie sollten sich keine Sorgen machen, wenn Sie nur zehn Minuten haben; wichtig ist,
      dass man es immer wieder tut. Wählen Sie zuerst einen Platz, an dem Sie niemand anruft. Dann legen Sie
      das Telefon weg und kochen Tee. Nach einigen Wochen werden Sie sehen, wie viel mehr Sie behalten
      können. Meine Mutter hat uns immer gesagt, dass ein Haus ohne Bücher wie ein Zimmer ohne Fenster ist.
      Sie hatte recht: Am Ende brauchen wir alle Geschichten, weil sie zeigen, woher wir kommen und was noch
      geschehen könnte. Lieber Freund, vielen Dank für deinen Brief. Ich hoffe, diese Antwort hilft dir bei
      den Fragen, die du mir letzte Woche geschickt hast. Wenn ich sonst noch etwas für dich tun kann, lass
      es mich bitte wissen. Das Wetter war hier kalt, mit Regen und starkem Wind, und die Kinder sind zu
      Hause. Wir möchten ihre Großeltern im nächsten Monat besuchen, da sie nahe am Meer wohnen und einen
      großen Garten mit alten Bäumen haben. Außerdem wurden auch neue Möglichkeiten für eine sichere Zukunft
      entwickelt, die nicht nur dem Staat nützen.
      """
    ),
    (
      "it",
      """
      La gente chiede spesso perché sia importante leggere ogni giorno. Quando leggiamo un buon libro,
      impariamo parole nuove, pensiamo ad altre vite e capiamo il mondo un po' meglio. Direi che il momento
      migliore è la mattina, prima che cominci il lavoro, ma ci sono molti altri che preferiscono la sera.
      Non devi preoccuparti se hai solo dieci minuti; quello che conta è che tu lo faccia ancora e ancora.
      Per prima cosa, scegli un posto dove nessuno ti chiamerà. Poi metti via il telefono e prepara del tè.
      Dopo alcune settimane vedrai quanto di più riesci a ricordare. Mia madre ci diceva che una casa senza
      libri è come una stanza senza finestre. Aveva ragione: alla fine, tutti noi abbiamo bisogno di storie,
      perché mostrano da dove veniamo e che cosa potrebbe ancora succedere. Caro amico, grazie per la tua
      lettera. Spero che questa risposta ti aiuti con le domande che mi hai mandato la settimana scorsa. Se
      c'è qualcos'altro che posso fare per lei, me lo faccia sapere. Qui ha fatto freddo, con pioggia e
      vento forte, e i bambini sono a casa da scuola. Vorremmo andare a trovare i loro nonni il mese
      prossimo, poiché vivono vicino al mare e hanno un grande giardino con degli alberi vecchi. Inoltre
      sono state sviluppate anche delle soluzioni più sicure per i cittadini, non soltanto nella città.
      """
    ),
    (
      "pl",
      """
      Ludzie często pytają, dlaczego ważne jest, aby czytać każdego dnia. Kiedy czytamy dobrą książkę,
      uczymy się nowych słów, myślimy o życiu innych i trochę lepiej rozumiemy świat. Powiedziałbym, że
      najlepszy czas jest rano, zanim zacznie się praca, ale jest wielu innych, którzy wolą wieczór. Nie
      powinieneś się martwić, jeśli masz tylko dziesięć minut; ważne jest to, żeby robić to ciągle na nowo.
      Najpierw wybierz miejsce, gdzie nikt nie będzie do ciebie dzwonił. Potem odłóż telefon i zrób herbatę.
      Po kilku tygodniach zobaczysz, o ile więcej możesz zapamiętać. Moja matka mówiła nam, że dom bez
      książek jest jak pokój bez okien. Miała rację: w końcu wszyscy potrzebujemy historii, ponieważ
      pokazują, skąd pochodzimy i co jeszcze może się zdarzyć. Drogi przyjacielu, dziękuję za twój list. Mam
      nadzieję, że ta odpowiedź pomoże ci w pytaniach, które wysłałeś mi w zeszłym tygodniu. Jeśli mogę
      jeszcze coś dla ciebie zrobić, proszę daj mi znać. Było tu zimno, z deszczem i silnym wiatrem, a
      dzieci są w domu. Chcielibyśmy odwiedzić ich dziadków w przyszłym miesiącu, bo mieszkają blisko morza
      i mają duży ogród ze starymi drzewami.
      """
    ),
    (
      "vi",
      """
      Mọi người thường hỏi tại sao việc đọc sách mỗi ngày lại quan trọng. Khi chúng ta đọc một cuốn sách
      hay, chúng ta học được những từ mới, nghĩ về cuộc sống của người khác và hiểu thế giới hơn một chút.
      Tôi cho rằng thời gian tốt nhất là vào buổi sáng, trước khi bắt đầu làm việc, nhưng có nhiều người lại
      thích buổi tối. Bạn không nên lo lắng nếu chỉ có mười phút; điều quan trọng là bạn làm điều đó nhiều
      lần. Trước tiên, hãy chọn một nơi không ai gọi bạn. Sau đó cất điện thoại đi và pha một ít trà. Sau
      vài tuần bạn sẽ thấy mình có thể nhớ được nhiều hơn. Mẹ tôi thường nói rằng một ngôi nhà không có sách
      giống như căn phòng không có cửa sổ. Bà đã đúng: cuối cùng, tất cả chúng ta đều cần những câu chuyện,
      vì chúng cho thấy chúng ta đến từ đâu và điều gì còn có thể xảy ra. Bạn thân mến, cảm ơn bạn về lá
      thư. Tôi hy vọng câu trả lời này sẽ giúp bạn với các câu hỏi đã gửi cho tôi tuần trước. Thời tiết ở
      đây lạnh, có mưa và gió mạnh, và các cháu đang ở nhà. Chúng tôi muốn đi thăm ông bà vào tháng tới, vì
      họ sống gần biển.
      """
    ),
    (
      "sw",
      """
      Watu mara nyingi huuliza kwa nini ni muhimu kusoma kila siku. Tunaposoma kitabu kizuri, tunajifunza
      maneno mapya, tunafikiria kuhusu maisha ya watu wengine, na tunaelewa dunia vizuri zaidi kidogo.
      Ningesema kwamba wakati bora ni asubuhi, kabla kazi haijaanza, lakini kuna wengine wengi ambao
      wanapenda jioni. Hupaswi kuwa na wasiwasi ikiwa una dakika kumi tu; jambo la muhimu ni kwamba unafanya
      hivyo tena na tena. Kwanza, chagua mahali ambapo hakuna mtu atakayekuita. Kisha weka simu yako mbali
      na utengeneze chai. Baada ya wiki chache utaona jinsi unavyoweza kukumbuka mengi zaidi. Mama yangu
      alikuwa akituambia kwamba nyumba bila vitabu ni kama chumba bila madirisha. Alikuwa sahihi: mwishoni,
      sisi sote tunahitaji hadithi, kwa sababu zinaonyesha tunatoka wapi na nini bado kinaweza kutokea.
      Rafiki mpendwa, asante kwa barua yako. Natumaini jibu hili litakusaidia na maswali ambayo ulinitumia
      wiki iliyopita. Kama kuna kitu kingine chochote ambacho naweza kukufanyia, tafadhali nijulishe. Hali
      ya hewa hapa imekuwa baridi, na mvua na upepo mkali, na watoto wako nyumbani. Tungependa kuwatembelea
      babu na bibi yao mwezi ujao, kwani wanaishi karibu na bahari.
      """
    ),
    (
      "fi",
      """
      Ihmiset kysyvät usein, miksi on tärkeää lukea joka päivä. Kun luemme hyvän kirjan, opimme uusia
      sanoja, ajattelemme toisten elämää ja ymmärrämme maailmaa hieman paremmin. Sanoisin, että paras aika
      on aamulla, ennen kuin työ alkaa, mutta on monia muita, jotka pitävät enemmän illasta. Sinun ei
      pitäisi huolestua, jos sinulla on vain kymmenen minuuttia; tärkeintä on, että teet sen yhä uudelleen.
      Valitse ensin paikka, jossa kukaan ei soita sinulle. Laita sitten puhelin pois ja keitä teetä.
      Muutaman viikon jälkeen näet, kuinka paljon enemmän voit muistaa. Äitini sanoi meille, että talo ilman
      kirjoja on kuin huone ilman ikkunoita. Hän oli oikeassa: lopulta me kaikki tarvitsemme tarinoita,
      koska ne näyttävät, mistä tulemme ja mitä vielä voi tapahtua. Rakas ystävä, kiitos kirjeestäsi.
      Toivon, että tämä vastaus auttaa sinua kysymyksissä, jotka lähetit minulle viime viikolla. Jos voin
      tehdä jotakin muuta sinun hyväksesi, kerro minulle. Täällä on ollut kylmä, satanut ja tuullut kovasti,
      ja lapset ovat kotona. Haluaisimme käydä heidän isovanhempiensa luona ensi kuussa, sillä he asuvat
      meren lähellä ja heillä on suuri puutarha, jossa on vanhoja puita.
      """
    ),
    (
      "nl",
      """
      Mensen vragen vaak waarom het belangrijk is om elke dag te lezen. Als we een goed boek lezen, leren we
      nieuwe woorden, denken we na over andere levens en begrijpen we de wereld een beetje beter. Ik zou
      zeggen dat de beste tijd in de ochtend is, voordat het werk begint, maar er zijn veel anderen die de
      avond verkiezen. Je hoeft je geen zorgen te maken als je maar tien minuten hebt; wat telt is dat je
      het steeds weer doet. Kies eerst een plek waar niemand je zal bellen. Leg daarna je telefoon weg en
      zet thee. Na een paar weken zul je zien hoeveel meer je kunt onthouden. Mijn moeder zei altijd tegen
      ons dat een huis zonder boeken als een kamer zonder ramen is. Ze had gelijk: uiteindelijk hebben wij
      allemaal verhalen nodig, omdat ze laten zien waar we vandaan komen en wat er nog zou kunnen gebeuren.
      Beste vriend, bedankt voor je brief. Ik hoop dat dit antwoord je helpt met de vragen die je mij vorige
      week hebt gestuurd. Als er nog iets anders is dat ik voor u kan doen, laat het mij dan weten. Het weer
      was hier koud, met regen en harde wind, en de kinderen zijn thuis. We willen hun grootouders volgende
      maand bezoeken.
      """
    ),
    (
      "sv",
      """
      Folk frågar ofta varför det är viktigt att läsa varje dag. När vi läser en bra bok lär vi oss nya ord,
      vi tänker på andras liv och vi förstår världen lite bättre. Jag skulle säga att den bästa tiden är på
      morgonen, innan arbetet börjar, men det finns många andra som föredrar kvällen. Du ska inte oroa dig
      om du bara har tio minuter; det som betyder något är att du gör det om och om igen. Välj först en
      plats där ingen ringer dig. Lägg sedan bort telefonen och koka te. Efter några veckor kommer du att se
      hur mycket mer du kan minnas. Min mor brukade säga till oss att ett hus utan böcker är som ett rum
      utan fönster. Hon hade rätt: till slut behöver vi alla berättelser, eftersom de visar var vi kommer
      ifrån och vad som ännu kan hända. Kära vän, tack för ditt brev. Jag hoppas att det här svaret hjälper
      dig med frågorna som du skickade till mig förra veckan. Om det är något annat jag kan göra för dig,
      låt mig få veta det. Vädret har varit kallt här, med regn och stark vind, och barnen är hemma. Vi
      skulle vilja besöka deras morföräldrar nästa månad, eftersom de bor nära havet.
      """
    ),
    (
      "tr",
      """
      İnsanlar sık sık her gün okumanın neden önemli olduğunu soruyor. İyi bir kitap okuduğumuzda yeni
      kelimeler öğreniriz, başka hayatlar hakkında düşünürüz ve dünyayı biraz daha iyi anlarız. Bence en iyi
      zaman sabah, iş başlamadan önce, ama akşamı tercih eden birçok kişi de var. Sadece on dakikanız varsa
      endişelenmemelisiniz; önemli olan bunu tekrar tekrar yapmanızdır. Önce kimsenin sizi aramayacağı bir
      yer seçin. Sonra telefonunuzu kaldırın ve biraz çay yapın. Birkaç hafta sonra ne kadar daha çok şey
      hatırlayabildiğinizi göreceksiniz. Annem bize kitapsız bir evin penceresiz bir oda gibi olduğunu
      söylerdi. Haklıydı: sonunda hepimizin hikâyelere ihtiyacı var, çünkü nereden geldiğimizi ve daha neler
      olabileceğini gösterirler. Sevgili dostum, mektubun için teşekkür ederim. Umarım bu cevap geçen hafta
      bana gönderdiğin sorularda sana yardımcı olur. Sizin için yapabileceğim başka bir şey varsa lütfen
      bana bildirin. Burada hava soğuktu, yağmur ve sert rüzgâr vardı ve çocuklar evde. Gelecek ay büyükanne
      ve büyükbabalarını ziyaret etmek istiyoruz.
      """
    ),
    (
      "id",
      """
      Orang sering bertanya mengapa penting untuk membaca setiap hari. Ketika kita membaca buku yang bagus,
      kita belajar kata-kata baru, kita berpikir tentang kehidupan orang lain, dan kita memahami dunia
      sedikit lebih baik. Menurut saya waktu terbaik adalah pagi hari, sebelum pekerjaan dimulai, tetapi ada
      banyak orang lain yang lebih suka malam hari. Anda tidak perlu khawatir jika hanya punya sepuluh
      menit; yang penting adalah Anda melakukannya lagi dan lagi. Pertama, pilihlah tempat di mana tidak ada
      yang akan memanggil Anda. Kemudian simpan telepon dan buatlah teh. Setelah beberapa minggu Anda akan
      melihat betapa lebih banyak yang dapat diingat. Ibu saya dulu berkata bahwa rumah tanpa buku seperti
      kamar tanpa jendela. Dia benar: pada akhirnya, kita semua membutuhkan cerita, karena cerita
      menunjukkan dari mana kita berasal dan apa yang masih bisa terjadi. Sahabat, terima kasih atas
      suratmu. Saya harap jawaban ini membantu dengan pertanyaan yang kamu kirim minggu lalu. Cuaca di sini
      dingin, dengan hujan dan angin kencang, dan anak-anak ada di rumah.
      """
    ),
    (
      "ro",
      """
      Oamenii întreabă adesea de ce este important să citim în fiecare zi. Când citim o carte bună, învățăm
      cuvinte noi, ne gândim la alte vieți și înțelegem lumea puțin mai bine. Aș spune că cel mai bun moment
      este dimineața, înainte să înceapă munca, dar sunt mulți alții care preferă seara. Nu trebuie să vă
      faceți griji dacă aveți doar zece minute; ceea ce contează este să o faceți din nou și din nou. Mai
      întâi, alegeți un loc unde nimeni nu vă va chema. Apoi puneți telefonul deoparte și faceți un ceai.
      După câteva săptămâni veți vedea cât de mult mai puteți ține minte. Mama ne spunea că o casă fără
      cărți este ca o cameră fără ferestre. Avea dreptate: la urma urmei, toți avem nevoie de povești,
      pentru că ele arată de unde venim și ce s-ar mai putea întâmpla. Dragă prietene, mulțumesc pentru
      scrisoarea ta. Sper că acest răspuns te ajută cu întrebările pe care mi le-ai trimis săptămâna
      trecută. Vremea a fost rece aici, cu ploaie și vânt puternic, iar copiii sunt acasă. Am vrea să-i
      vizităm pe bunicii lor luna viitoare.
      """
    ),
    (
      "cs",
      """
      Lidé se často ptají, proč je důležité číst každý den. Když čteme dobrou knihu, učíme se nová slova,
      přemýšlíme o životech jiných a rozumíme světu trochu lépe. Řekl bych, že nejlepší čas je ráno, než
      začne práce, ale je mnoho jiných, kteří dávají přednost večeru. Neměli byste si dělat starosti, pokud
      máte jen deset minut; důležité je, že to děláte znovu a znovu. Nejprve si vyberte místo, kde vám nikdo
      nebude volat. Potom odložte telefon a uvařte si čaj. Po několika týdnech uvidíte, o kolik více si
      můžete zapamatovat. Moje matka nám říkávala, že dům bez knih je jako pokoj bez oken. Měla pravdu:
      nakonec všichni potřebujeme příběhy, protože ukazují, odkud přicházíme a co se ještě může stát. Milý
      příteli, děkuji za tvůj dopis. Doufám, že ti tato odpověď pomůže s otázkami, které jsi mi poslal
      minulý týden. Počasí zde bylo chladné, s deštěm a silným větrem, a děti jsou doma. Rádi bychom příští
      měsíc navštívili jejich prarodiče, protože bydlí blízko moře.
      """
    ),
  ]
}
