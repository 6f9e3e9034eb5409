help trian
